"""Keeps requests on a URL and counts strictly: whatever is not a 200 with a known body is a failure.

traffic.py --url http://127.0.0.1:8080 --report FILE [--workers 8] [--slow-workers 2] [--rate 400] [--minimum 5000]
           [--reopen]

Workers keep their connections alive; slow workers ask for /slow (2 seconds). With --reopen a connection that was closed
while it was idle is opened anew and the request sent once more, as browsers do (RFC 9112, section 9.3.1); these are
counted apart. The report (JSON) is written anew several
times a second. SIGTERM: no new requests once the minimum is reached, those in progress are awaited, last report, exit 0.
"""

import argparse
import collections
import http.client
import json
import os
import signal
import socket
import threading
import time
import urllib.parse

parser = argparse.ArgumentParser()
parser.add_argument("--url", required=True)
parser.add_argument("--report", required=True)
parser.add_argument("--workers", type=int, default=8)
parser.add_argument("--slow-workers", type=int, default=2)
parser.add_argument("--rate", type=float, default=400, help="requests a second of all workers together")
parser.add_argument("--minimum", type=int, default=0)
parser.add_argument("--reopen", action="store_true")
parser.add_argument("--timeout", type=float, default=15)
options = parser.parse_args()
host, port = urllib.parse.urlsplit(options.url).hostname, urllib.parse.urlsplit(options.url).port

lock = threading.Lock()
versions = collections.Counter()
failures = collections.Counter()
first_failures = []
slow_requests = 0
reopened = 0
began = time.monotonic()
asked_to_stop = threading.Event()


def requests():
    return sum(versions.values()) + sum(failures.values())


def is_over():
    return asked_to_stop.is_set() and requests() >= options.minimum


def sent(connection, path):
    """The answer's head. Only a connection that was used before, and ended without a byte, is opened anew."""
    global reopened
    is_reused = connection.sock is not None
    try:
        connection.request("GET", path)
        return connection.getresponse()
    except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
        if not (options.reopen and is_reused):
            raise
    with lock:
        reopened += 1
    connection.close()
    connection.request("GET", path)
    return connection.getresponse()


def one_request(connection, path):
    """The version that answered, or the reason why this counts as failed."""
    try:
        response = sent(connection, path)
        body = response.read().decode(errors="replace").strip()
    except (TimeoutError, socket.timeout):
        return None, f"no answer within {options.timeout:g} s"
    except ConnectionRefusedError:
        return None, "connection refused"
    except ConnectionResetError:
        return None, "connection reset"
    except http.client.RemoteDisconnected:
        return None, "connection closed without an answer"
    except (http.client.HTTPException, OSError) as error:
        return None, f"{type(error).__name__}: {error}"
    if response.status != 200:
        return None, f"status {response.status}: {body[:80]}"
    if not body or "\n" in body or len(body) > 40:
        return None, f"unexpected body: {body[:80]}"
    return body, None


def work(index, path):
    global slow_requests
    pause = 0 if path == "/slow" else options.workers / options.rate
    due = time.monotonic() + pause * index / max(1, options.workers)
    connection = http.client.HTTPConnection(host, port, timeout=options.timeout)
    while not is_over():
        time.sleep(max(0, due - time.monotonic()))
        due = max(due + pause, time.monotonic() - 1)  # catches up after a slow moment, for a second at most
        version, failure = one_request(connection, path)
        with lock:
            if failure is None:
                versions[version] += 1
            else:
                failures[failure] += 1
                if len(first_failures) < 20:
                    at = round(time.monotonic() - began, 3)
                    first_failures.append({"at": at, "path": path, "reason": failure})
            if path == "/slow":
                slow_requests += 1
        if failure is not None:
            connection.close()
            time.sleep(0.05)
    connection.close()


def write_report(is_final):
    with lock:
        report = {
            "requests": requests(), "failed": sum(failures.values()), "versions": dict(versions),
            "failures": dict(failures), "first_failures": first_failures, "slow_requests": slow_requests, "reopened": reopened,
            "seconds": round(time.monotonic() - began, 2), "final": is_final,
        }
    with open(options.report + ".new", "w") as file:
        json.dump(report, file)
    os.replace(options.report + ".new", options.report)


signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.set())
workers = [threading.Thread(target=work, args=(index, "/")) for index in range(options.workers)]
workers += [threading.Thread(target=work, args=(index, "/slow")) for index in range(options.slow_workers)]
for worker in workers:
    worker.start()
while any(worker.is_alive() for worker in workers):
    write_report(False)
    time.sleep(0.2)
write_report(True)
