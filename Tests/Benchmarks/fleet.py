"""A loopback fleet of N real sshd hosts, cheap enough that the client under test is what shows.

One sshd listens on at most 16 addresses, so N hosts are ceil(N/16) processes. They run in a mount namespace in which
the login user has /bin/sh and an empty home: login files would cost more than a whole exec.
"""

import os
import pathlib
import signal
import socket
import subprocess
import time

ADDRESSES_PER_SERVER = 16


class Fleet:
    def __init__(self, folder: pathlib.Path, size: int):
        self.folder = folder
        self.addresses = [f"127.0.{1 + i // 250}.{1 + i % 250}" for i in range(size)]
        self.port = free_port()
        self.names = [f"web-{i + 1:03}" for i in range(size)]
        self.servers = []

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        home = self.folder / "home"
        home.mkdir()
        os.makedirs("/run/sshd", exist_ok=True)
        for name in ("host_key", "client_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)
        (self.folder / "authorized_keys").write_text((self.folder / "client_key.pub").read_text())
        key_type, key = (self.folder / "host_key.pub").read_text().split()[:2]
        (self.folder / "known_hosts").write_text(
            "".join(f"[{address}]:{self.port} {key_type} {key}\n" for address in self.addresses))
        (self.folder / "passwd").write_text("".join(
            f"root:x:0:0:root:{home}:/bin/sh\n" if line.startswith("root:") else line
            for line in open("/etc/passwd")))
        (self.folder / "ssh_config").write_text(
            "Host *\n"
            f"  Port {self.port}\n  User root\n  IdentityFile {self.folder}/client_key\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.folder}/known_hosts\n  GlobalKnownHostsFile /dev/null\n"
            "  KexAlgorithms curve25519-sha256\n  BatchMode yes\n  LogLevel ERROR\n")
        for start in range(0, len(self.addresses), ADDRESSES_PER_SERVER):
            self.start_server(start // ADDRESSES_PER_SERVER, self.addresses[start:start + ADDRESSES_PER_SERVER])
        for address in self.addresses:
            wait_until_listening(address, self.port)
        return self

    def start_server(self, number, addresses):
        config = self.folder / f"sshd_config.{number}"
        config.write_text(
            f"Port {self.port}\n" + "".join(f"ListenAddress {address}\n" for address in addresses)
            + f"HostKey {self.folder}/host_key\nAuthorizedKeysFile {self.folder}/authorized_keys\n"
            f"PidFile {self.folder}/sshd.{number}.pid\n"
            "UsePAM no\nStrictModes no\nMaxStartups 1000\nPermitRootLogin yes\nPrintMotd no\nPrintLastLog no\n"
            "UseDNS no\nLogLevel ERROR\n")
        script = 'mount --make-rprivate / && mount --bind "$0" /etc/passwd && exec /usr/sbin/sshd -D -e -f "$1"'
        log = open(self.folder / f"sshd.{number}.log", "w")
        self.servers.append(subprocess.Popen(
            ["unshare", "-m", "sh", "-c", script, self.folder / "passwd", config],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def __exit__(self, *_):
        for server in self.servers:
            server.send_signal(signal.SIGTERM)
        for server in self.servers:
            server.wait()

    def inventory(self, name: str, count: int, extra: str = "") -> pathlib.Path:
        """Writes an inventory of the first `count` hosts and returns its path."""
        hosts = "".join(
            f"  {host}: {{ address: {address} }}\n"
            for host, address in list(zip(self.names, self.addresses))[:count])
        path = self.folder / f"{name}.yml"
        path.write_text(
            "service: benchmark\n"
            f"ssh: {{ user: root, port: {self.port}, identity_file: {self.folder}/client_key,"
            f" known_hosts: [{self.folder}/known_hosts], fanout: 1000 }}\n"
            f"hosts:\n{hosts}{extra}")
        return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_listening(address, port, deadline=30.0):
    end = time.monotonic() + deadline
    while True:
        try:
            socket.create_connection((address, port), timeout=1).close()
            return
        except OSError as error:
            if time.monotonic() > end:
                raise RuntimeError(f"sshd at {address}:{port} does not listen after {deadline} s") from error
            time.sleep(0.02)
