"""The service that is deployed: answers with the version of its release, and ends like a well-behaved service.

  /         200, the version
  /slow     the same after 2 seconds ($SLOW_SECONDS)
  /healthz  200 and the version, or 503 when the release has a file `broken` (its text is the reason)

SIGTERM: no new connections, requests in progress are answered, then exit 0. With $DIES_AT_ONCE it is not so well-behaved.
"""

import os
import pathlib
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RELEASE = pathlib.Path(__file__).resolve().parent
VERSION = (RELEASE / "VERSION").read_text().strip()
ADDRESS = os.environ.get("ADDRESS", "127.0.0.1")
PORT = int(os.environ.get("PORT", "3000"))

in_progress = 0
changed = threading.Condition()
stopping = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        global in_progress
        with changed:
            in_progress += 1
        try:
            self.answer()
        finally:
            with changed:
                in_progress -= 1
                changed.notify_all()

    def answer(self):
        status, body = 200, f"{VERSION}\n"
        if self.path == "/slow":
            time.sleep(float(os.environ.get("SLOW_SECONDS", "2")))
        elif self.path == "/healthz":
            broken = RELEASE / "broken"
            if broken.exists():
                status, body = 503, f"unhealthy: {broken.read_text().strip()}\n"
        elif self.path != "/":
            status, body = 404, "not found\n"
        end = "Connection: close\r\n" if stopping.is_set() else ""
        self.close_connection = self.close_connection or stopping.is_set()
        reason = self.responses[status][0]
        head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n{end}\r\n"
        self.wfile.write((head + body).encode())

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512
    address_family = socket.AF_INET6 if ":" in ADDRESS else socket.AF_INET

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # HAProxy resets the connections of its health checks
            super().handle_error(request, client_address)


server = Server((ADDRESS, PORT), Handler)
if not os.environ.get("DIES_AT_ONCE"):
    signal.signal(signal.SIGTERM, lambda *_: (stopping.set(), threading.Thread(target=server.shutdown).start()))
print(f"version {VERSION} listens on {ADDRESS} port {PORT}, pid {os.getpid()}", flush=True)
server.serve_forever(poll_interval=0.05)
server.socket.close()
with changed:
    changed.wait_for(lambda: in_progress == 0)
print(f"version {VERSION} ended", flush=True)
os._exit(0)
