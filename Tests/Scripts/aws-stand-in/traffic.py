"""The balancer itself: an HTTP proxy that sends each request to a target that may have it now.

Requests in progress at a target that drains go on; when its delay is over they are cut, as AWS cuts them. Connections to
targets are kept alive; those that are idle are closed when their target is deregistered.
"""

import http.client
import itertools
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def serve_traffic(world, group):
    turns = itertools.count()

    def choose():
        """A target and a kept-alive connection to it, if there is one."""
        with world.lock:
            targets = [target for target in group.routable()
                       if world.address(target.id) and not world.is_shifted(group, target.id)]
            if not targets:
                return None, None
            target = targets[next(turns) % len(targets)]
            connection = target.idle.pop() if target.idle else None
            if connection is not None:
                target.active.add(connection)
            return target, connection

    def connect(target):
        connection = http.client.HTTPConnection(world.address(target.id), target.port, timeout=60)
        with world.lock:
            target.active.add(connection)
        return connection

    def release(target, connection, keeps):
        with world.lock:
            target.active.discard(connection)
            if keeps and target.state != "draining":
                target.idle.append(connection)
                return
        connection.close()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_):
            pass

        def do_GET(self):
            target, connection = choose()
            if target is None:
                return self.reply(503, b"no target\n")
            is_fresh = connection is None
            connection = connection or connect(target)
            try:
                try:
                    status, body, keeps = self.forward(connection)
                except (OSError, http.client.HTTPException):
                    if is_fresh:
                        raise
                    # The target closed a connection that was idle: that is no answer to this request.
                    release(target, connection, False)
                    connection = connect(target)
                    status, body, keeps = self.forward(connection)
            except (OSError, http.client.HTTPException, AttributeError) as error:
                release(target, connection, False)
                return self.reply(502, f"bad gateway: {type(error).__name__}\n".encode())
            release(target, connection, keeps)
            self.reply(status, body)

        def forward(self, connection):
            connection.request("GET", self.path, headers={"Host": self.headers.get("Host", "")})
            response = connection.getresponse()
            body = response.read()
            return response.status, body, not response.will_close

        def reply(self, status, body):
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 512

        def handle_error(self, request, client_address):
            if not isinstance(sys.exc_info()[1], ConnectionError):
                super().handle_error(request, client_address)

    host, _, port = group.listen.rpartition(":")
    return Server((host, int(port)), Handler)
