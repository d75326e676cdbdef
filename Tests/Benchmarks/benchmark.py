"""Measures `deploy` beside the same work done by xargs, ssh and rsync, interleaved in one run.

Wall time is the command's; CPU and memory are those of the command and the children it waited for (wait4), never the
servers'. Only the ratios carry over to another machine.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from fleet import Fleet


class Job:
    """One row group of the table: contestants that do the same work, the first of them the yardstick."""

    def __init__(self, title, contestants, prepare=None):
        self.title = title
        self.contestants = contestants
        self.prepare = prepare or (lambda name: None)


def measure(argv, log):
    start = time.monotonic()
    with open(log, "wb") as output:
        pid = os.posix_spawn(
            argv[0], argv, os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)])
        _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - start
    if status != 0:
        sys.exit(f"{' '.join(map(str, argv))}: wait status {status}\n{open(log, errors='replace').read()[-2000:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def run(job, rounds, folder):
    samples = {name: [] for name in job.contestants}
    for round_number in range(rounds + 1):
        for name, argv in job.contestants.items():
            job.prepare(name)
            os.sync()  # or the first to sync the filesystem would pay for what the other one wrote
            sample = measure([str(word) for word in argv], folder / "last.log")
            if round_number > 0:  # the first round warms caches
                samples[name].append(sample)
    base = None
    for name, taken in samples.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*taken))
        base = base or (wall, cpu)
        spread = f"{min(s[0] for s in taken):.2f}..{max(s[0] for s in taken):.2f}"
        print(f"| {job.title} | {name} | {wall:.3f} ({spread}) | {wall / base[0]:.2f} | {cpu:.3f} | "
              f"{cpu / base[1]:.2f} | {memory:.0f} |", flush=True)


def small_files(folder, count, size):
    for index in range(count):
        path = folder / f"d{index % 50:02}" / f"file-{index:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((f"{index}\n".encode() * size)[:size])
    return folder


def shell(script, *arguments):
    return ["/bin/sh", "-c", script, "sh", *arguments]


def exec_jobs(fleet, deploy):
    for count in (2, 20, 100):
        if count > len(fleet.addresses):
            continue
        hosts = "\n".join(fleet.addresses[:count])
        yield Job(f"exec `true`, N={count}", {
            "xargs ssh": shell(
                f'printf "%s\\n" "$2" | xargs -P {count} -I{{}} ssh -F "$1" {{}} true', fleet.folder / "ssh_config", hosts),
            "deploy": [deploy, "exec", "-i", fleet.inventory(f"exec-{count}", count), "--", "true"]})


def release_block(source, destination):
    return f"release: {{ from: {source}, to: \"{destination}/{{host}}\" }}\n" \
        "rollout: { batch_size: \"100%\", min_in_service: 0 }\n"


def deploy_job(fleet, deploy, folder):
    count = 4
    source = small_files(folder / "app", 300, 10_000)
    target = folder / "five-step"
    hosts = "\n".join(fleet.addresses[:count])

    def prepare(_):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()

    steps = "steps: { prepare: [{ run: \"true\" }], activate: [{ run: \"true\" }] }\n"
    inventory = fleet.inventory("five-step", count, release_block(source, target) + steps)
    each = (
        'd=$3/$1; s="ssh -F $2"; $s $1 mkdir -p $d/releases/1 && rsync -a -e "$s" $4/ $1:$d/releases/1/ && '
        '$s $1 true && $s $1 "ln -s releases/1 $d/new && mv -T $d/new $d/current" && $s $1 true')
    return Job(f"five-step deploy, 300 files, N={count}", {
        "xargs ssh": shell(
            f'printf "%s\\n" "$4" | xargs -P {count} -I{{}} sh -c \'{each}\' sh {{}} "$1" "$2" "$3"',
            fleet.folder / "ssh_config", target, source, hosts),
        "deploy": [deploy, "--yes", "-i", inventory]}, prepare)


def upload_job(fleet, deploy, folder, title, source, count, is_cold):
    target = folder / "upload"
    target.mkdir(exist_ok=True)
    hosts = "\n".join(fleet.addresses[:count])
    inventory = fleet.inventory(f"upload-{source.name}-{count}", count, release_block(source, target))

    def prepare(name):
        if is_cold:
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()

    return Job(f"{title}, N={count}", {
        "rsync -e ssh": shell(
            f'printf "%s\\n" "$4" | xargs -P {count} -I{{}} rsync -a -e "ssh -F $1" "$3/" "{{}}:$2/plain-{{}}/"',
            fleet.folder / "ssh_config", target, source, hosts),
        "deploy": [deploy, "--yes", "-i", inventory]}, prepare)


def plan_jobs(deploy, folder):
    """A large inventory, read and planned: nobody else's work to compare with, so only the figures count."""
    count = 5000
    hosts = "".join(
        f"  web-{i:04}: {{ address: 10.{i // 62500}.{i // 250 % 250}.{i % 250 + 1}, labels: {{ zone: z{i % 3} }} }}\n"
        for i in range(1, count + 1))
    inventory = folder / "large.yml"
    inventory.write_text(
        f"service: benchmark\nssh: {{ user: app }}\nhosts:\n{hosts}groups: {{ web: {{ hosts: [\"web-*\"] }} }}\n"
        "balancer: { haproxy: { socket: /run/haproxy.sock } }\nhealth: { http: \":3000/\" }\n"
        f"release: {{ from: {folder}, to: /srv/app }}\nsteps: {{ activate: [{{ restart: app }}] }}\n")
    for command in ("hosts", "plan"):
        yield Job(f"{command}, {count:,} hosts", {"deploy": [deploy, command, "-i", inventory]})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deploy", required=True, help="the release build of deploy")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--only", default="", help="measure only jobs whose title holds this text")
    options = parser.parse_args()
    deploy = pathlib.Path(options.deploy).resolve()
    with tempfile.TemporaryDirectory(prefix="deploy-benchmark-") as name:
        folder = pathlib.Path(name)
        os.environ.pop("CI", None)
        os.environ.pop("SSH_AUTH_SOCK", None)
        with Fleet(folder / "fleet", options.hosts) as fleet:
            tree = small_files(folder / "tree", 3000, 13_000)
            big = folder / "big"
            big.mkdir()
            with open(big / "blob", "wb") as blob:
                for _ in range(500):
                    blob.write(os.urandom(1_000_000))
            jobs = [
                *plan_jobs(deploy, folder),
                *exec_jobs(fleet, deploy),
                deploy_job(fleet, deploy, folder),
                upload_job(fleet, deploy, folder, "3,000 files, cold", tree, 2, True),
                upload_job(fleet, deploy, folder, "3,000 files, unchanged", tree, 20, False),
                upload_job(fleet, deploy, folder, "500 MB file, cold", big, 2, True),
                upload_job(fleet, deploy, folder, "500 MB file, unchanged", big, 2, False),
            ]
            print("| job | contestant | wall s (min..max) | wall x | client CPU s | CPU x | peak RSS MB |")
            print("|---|---|---|---|---|---|---|")
            for job in jobs:
                if options.only in job.title:
                    run(job, options.rounds, folder)


if __name__ == "__main__":
    main()
