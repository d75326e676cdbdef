"""Prints the counts of traffic.py's report for people, and fails when a request failed: count.py REPORT [MINIMUM]"""

import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
minimum = int(sys.argv[2]) if len(sys.argv) > 2 else 0
slow = report["slow_requests"]
print(f"requests  {report['requests']} in {report['seconds']:.0f} s, {slow} of them took 2 seconds")
for version, count in sorted(report["versions"].items()):
    print(f"          {count} answered by version {version}")
print(f"failed    {report['failed']}")
for reason, count in report["failures"].items():
    print(f"          {count} × {reason}")
sys.exit(report["failed"] > 0 or report["requests"] < minimum or slow == 0)
