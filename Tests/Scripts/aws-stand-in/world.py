"""All that exists, and time.

The configuration, each part optional unless a scenario needs it:
  groups:    [{name, region, port, type, protocol, delay, listen, id, attributes, registration_time, never_drains,
               shifted: [zone]   a zonal shift keeps traffic from them,
               health: {protocol, path, port, matcher, interval, timeout, healthy_threshold, unhealthy_threshold,
                        enabled}}]
  instances: [{id, address (where it really is), private, public, dns, private_dns, name, zone, state, tags}]
  targets:   [{group, id, port, zone}]           registered and healthy from the beginning
  scaling:   [{name, minimum, desired, instances, groups, states, zones, suspended, pending_time}]
  users:     [{key, secret, token, denied: [action], allowed: [service:action], expired_after: action}]
  roles:     {arn: {denied, allowed, seconds}}   who may be assumed
  web_identity, container, instance_role, sso:   see `credentials.py`
  faults:    [{action, kind, after, from, skip, count, code, status, message, seconds}]   see `faults.py`
  arrivals:  [{after: action, group, id, port}]  targets that somebody else registers during the run
  clock_offset: seconds that AWS's clock is ahead of ours
"""

import collections
import concurrent.futures
import datetime
import json
import os
import threading
import time

from faults import Faults
from groups import Group
from scaling import ScalingGroup


class User:
    def __init__(self, config):
        self.key, self.secret, self.token = config["key"], config["secret"], config.get("token")
        self.denied = set(config.get("denied", []))
        self.allowed = config.get("allowed")  # None: everything
        self.expired_after = config.get("expired_after")
        self.arn = config.get("arn", f"arn:aws:iam::123456789012:user/{self.key}")
        self.has_expired = False

    def may(self, service, action):
        is_allowed = self.allowed is None or f"{service}:{action}" in self.allowed
        return is_allowed and action not in self.denied


class World:
    def __init__(self, config, folder):
        self.config, self.folder = config, folder
        self.lock = threading.RLock()
        self.groups = {each["name"]: Group(each) for each in config.get("groups", [])}
        self.instances = {each["id"]: each for each in config.get("instances", [])}
        self.scaling = [ScalingGroup(each, self.groups) for each in config.get("scaling", [])]
        self.users = {each["key"]: User(each) for each in config.get("users", [])}
        self.faults = Faults(config.get("faults", []))
        self.arrivals = list(config.get("arrivals", []))
        self.done = collections.Counter()  # actions that were carried out
        self.offset = datetime.timedelta(seconds=config.get("clock_offset", 0))
        self.region = config.get("region") or (config.get("groups") or [{"region": "us-east-1"}])[0]["region"]
        self.checks = concurrent.futures.ThreadPoolExecutor(16)
        self.calls = open(os.path.join(folder, "calls.jsonl"), "a", buffering=1)
        for each in config.get("targets", []):
            group = self.groups[each["group"]]
            group.register(each["id"], each.get("port", group.port), each.get("zone"))
            target = group.targets[each["id"], each.get("port", group.port)]
            target.state, target.reason = each.get("state", "healthy"), each.get("reason")

    # Time

    def start(self):
        self.write_state()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            time.sleep(0.02)
            now = time.monotonic()
            with self.lock:
                changed = [group.tick(now) for group in self.groups.values()]
                changed += [group.tick(now) for group in self.scaling]
                due = [(group, target) for group in self.groups.values() for target in group.targets.values()
                       if group.is_due(target, now) and self.address(target.id)]
                for group, target in due:
                    target.is_checking = True
                    target.next_check = now + group.interval
                if any(changed):
                    self.write_state()
            for group, target in due:
                self.checks.submit(self.check, group, target)

    def check(self, group, target):
        result = group.check(self.address(target.id), target)
        with self.lock:
            target.is_checking = False
            if group.targets.get((target.id, target.port)) is target and group.note_check(target, *result):
                self.write_state()

    @property
    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + self.offset

    def is_shifted(self, group, target_id):
        """Whether a zonal shift keeps traffic from a target."""
        return any(instance.get("zone") in group.shifted for instance in self.instances.values()
                   if target_id in (instance["id"], instance.get("private")))

    # Questions

    def address(self, target_id):
        """Where a target really listens; None for a machine that is stopped or unknown."""
        for instance in self.instances.values():
            if target_id in (instance["id"], instance.get("private")):
                return instance["address"] if instance.get("state", "running") == "running" else None
        return None

    def shown(self, group):
        """The group's health as an answer shows it."""
        result = []
        for target in group.targets.values():
            state, reason, description = target.state, target.reason, target.description
            if self.address(target.id) is None:
                state, reason, description = "unused", "Target.InvalidState", "Target is in the stopped state"
            elif group.listen is None and not group.is_elsewhere:
                state, reason, description = "unused", "Target.NotInUse", "Target group is not configured to receive traffic"
            elif not group.is_checked and state != "draining":
                state, reason, description = "unavailable", "Target.HealthCheckDisabled", "Health checks are disabled"
            result.append((target.id, target.port, target.zone, state, reason, description))
        return result

    # What was done

    def was_done(self, action):
        """Draws the consequences of an action; the lock is held."""
        self.done[action] += 1
        for user in self.users.values():
            if user.expired_after == action:
                user.has_expired = True
        for arrival in [each for each in self.arrivals if each["after"] == action]:
            self.arrivals.remove(arrival)
            group = self.groups[arrival["group"]]
            group.register(arrival["id"], arrival.get("port", group.port))

    def log(self, **fields):
        with self.lock:
            self.calls.write(json.dumps({"at": round(time.time(), 3), **fields}) + "\n")

    def write_state(self):
        state = {
            "groups": {group.name: [
                {"id": id, "port": port, "zone": zone, "state": state, "reason": reason}
                for id, port, zone, state, reason, _ in self.shown(group)] for group in self.groups.values()},
            "scaling": {group.name: {"desired": group.desired, "lifecycle": group.lifecycle} for group in self.scaling},
        }
        path = os.path.join(self.folder, "state.json")
        with open(path + ".new", "w") as file:
            json.dump(state, file)
        os.replace(path + ".new", path)
