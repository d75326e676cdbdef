"""Stands in for the parts of AWS that a rolling deploy uses, on loopback; the tests' own code, not a mock of a library.

aws-stand-in CONFIG FOLDER: reads CONFIG (JSON, see `world.py`), writes `calls.jsonl` (one line for each call),
`state.json` (anew with every change) and `ready.json` (its addresses) to FOLDER, and runs until SIGTERM.

One port speaks the Query protocol of Elastic Load Balancing, EC2, Auto Scaling and STS, and serves credentials as a
container, an instance and the SSO portal do. Each target group that has a `listen` address also forwards real HTTP
traffic there, to the targets that are healthy now.
"""

import json
import os
import signal
import sys
import threading

from api import serve_api
from traffic import serve_traffic
from world import World


def main():
    with open(sys.argv[1]) as file:
        config = json.load(file)
    world = World(config, sys.argv[2])
    api = serve_api(world, config.get("listen", "127.0.0.1:0"))
    listeners = [serve_traffic(world, group) for group in world.groups.values() if group.listen]
    for server in [api] + listeners:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    world.start()
    ready = {"url": "http://%s:%d" % api.server_address[:2]}
    with open(os.path.join(world.folder, "ready.json.new"), "w") as file:
        json.dump(ready, file)
    os.replace(os.path.join(world.folder, "ready.json.new"), os.path.join(world.folder, "ready.json"))
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    os._exit(0)


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
main()
