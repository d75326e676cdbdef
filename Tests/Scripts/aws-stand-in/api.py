"""The Query protocol over HTTP: reads a request, verifies it, lets faults happen, answers."""

import sys
import time
import urllib.parse
import uuid
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

from actions import ACTIONS, UNSIGNED, describe_target_health
from credentials import Desk
from refusal import Refusal
from signature import verify


class Request:
    def __init__(self, handler, body):
        parts = urllib.parse.urlsplit(handler.path)
        self.method, self.path, self.query, self.body = handler.command, parts.path or "/", parts.query, body
        self.headers = [(name.lower(), value) for name, value in handler.headers.items()]


def serve_api(world, listen):
    desk = Desk(world)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_):
            pass

        def date_time_string(self, timestamp=None):
            return format_datetime(world.now, usegmt=True)

        def do_GET(self):
            self.handle_request()

        def do_PUT(self):
            self.handle_request()

        def do_POST(self):
            self.handle_request()

        def handle_request(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(self, body)
            answer = desk.answer(request) if self.command != "POST" else None
            if answer is not None:
                world.log(action=f"{self.command} {request.path}", status=answer[0])
                return self.reply(answer[0], answer[1], "application/json")
            form = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"), True))
            action = form.get("Action", "")
            with world.lock:
                fault = world.faults.next(action, world.done) or {}
            fields = {name: value for name, value in form.items() if name not in ("Action", "Version", "WebIdentityToken")}
            status, text, code, user = self.outcome(request, action, form, fault)
            world.log(action=action, status=status, code=code, user=user, fault=fault.get("kind"), **{"form": fields})
            if fault.get("kind") in ("drop", "lose"):
                self.close_connection = True
                return
            self.reply(status, text, "text/html" if fault.get("kind") == "html" else "text/xml")

        def outcome(self, request, action, form, fault):
            """(status, text, AWS's code, who asked)"""
            kind = fault.get("kind")
            if kind == "html":
                return 500, "<html><body>Internal Server Error</body></html>", None, None
            if kind == "drop":
                return 0, "", None, None
            user = None
            service = None
            try:
                if action not in ACTIONS:
                    raise Refusal(400, "InvalidAction", f"Could not find operation {action}")
                service, version, function = ACTIONS[action]
                if form.get("Version") != version:
                    raise Refusal(400, "InvalidAction", f"Could not find operation {action} for version {form.get('Version')}")
                if action not in UNSIGNED:
                    user = verify(request, service, world.region, world.users.get, world.now)
                    if not user.may(service, action) and action != "GetCallerIdentity":
                        raise Refusal(403, "UnauthorizedOperation" if service == "ec2" else "AccessDenied",
                                      f"User: {user.arn} is not authorized to perform: {service}:{action} on resource: "
                                      f"{form.get('TargetGroupArn', '*')}")
                if kind == "error":
                    raise Refusal(fault.get("status", 400), fault["code"], fault.get("message", "injected"))
                if kind == "slow":
                    time.sleep(fault["seconds"])
                with world.lock:
                    form["_user"] = user
                    result = (describe_target_health(world, form, True) if kind == "stale" else function(world, form))
                    world.was_done(action)
                    world.write_state()
            except Refusal as refusal:
                return refusal.status, problem(service, refusal), refusal.code, user and user.key
            inside = result if service == "ec2" else f"<{action}Result>{result}</{action}Result>"
            request_id = uuid.uuid4()
            last = (f"<requestId>{request_id}</requestId>" if service == "ec2"
                    else f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>")
            space = {"ec2": "http://ec2.amazonaws.com/doc/2016-11-15/",
                     "sts": "https://sts.amazonaws.com/doc/2011-06-15/"}.get(
                         service, f"http://{service}.amazonaws.com/doc/{version}/")
            return 200, f'<{action}Response xmlns="{space}">{inside}{last}</{action}Response>', None, user and user.key

        def reply(self, status, text, kind):
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    host, _, port = listen.rpartition(":")
    server = Server((host, int(port)), Handler)
    return server


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def problem(service, refusal):
    error = f"<Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message>"
    if service == "ec2":
        return f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{uuid.uuid4()}</RequestID></Response>"
    return (f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>{uuid.uuid4()}</RequestId>"
            "</ErrorResponse>")
