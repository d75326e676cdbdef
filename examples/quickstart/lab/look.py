"""Prints for each host what HAProxy says of it, and which version its service answers: look.py SOCKET"""

import csv
import socket
import sys
import urllib.request

with socket.socket(socket.AF_UNIX) as haproxy:
    haproxy.connect(sys.argv[1])
    haproxy.sendall(b"show stat\n")
    text = haproxy.makefile().read().removeprefix("# ")
for row in csv.DictReader(text.splitlines()):
    if row["type"] != "2":
        continue
    try:
        with urllib.request.urlopen(f"http://{row['addr']}/", timeout=5) as answer:
            version = "answers version " + answer.read().decode().strip()
    except OSError as error:
        version = f"does not answer ({error})"
    # Before its first check HAProxy takes every server for UP: only a check that went well counts.
    is_in_rotation = row["status"] == "UP" and row["check_status"] == "L7OK"
    rotation = "in rotation" if is_in_rotation else f"not in rotation ({row['status']} {row['check_status']})"
    print(f"{row['svname']}  {rotation}, {version}")
