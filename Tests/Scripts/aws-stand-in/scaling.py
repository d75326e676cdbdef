"""Auto Scaling groups: members leave through standby, which deregisters them from the group's target groups."""

import time

from refusal import Refusal


class ScalingGroup:
    def __init__(self, config, groups):
        self.name, self.minimum = config["name"], config.get("minimum", 0)
        self.maximum = config.get("maximum", 100)
        self.lifecycle = {id: config.get("states", {}).get(id, "InService") for id in config["instances"]}
        self.desired = config.get("desired", len(self.lifecycle))
        self.pending_time = config.get("pending_time", 0.3)
        self.zones = config.get("zones", [])
        self.suspended = config.get("suspended", [])
        self.targets = [groups[name] for name in config.get("groups", [])]
        self.since = {}

    def enter_standby(self, id, decrements):
        if self.lifecycle.get(id) != "InService":
            raise Refusal(400, "ValidationError", f"The instance {id} is not in InService.")
        if decrements and self.desired - 1 < self.minimum:
            raise Refusal(400, "ValidationError", "AutoScalingGroup capacity would fall below MinSize")
        if decrements:
            self.desired -= 1
        self.lifecycle[id] = "EnteringStandby"
        for group in self.targets:
            for target_id, port in list(group.targets):
                if target_id == id:
                    group.deregister(id, port)

    def exit_standby(self, id):
        if self.lifecycle.get(id) != "Standby":
            raise Refusal(400, "ValidationError", f"The instance {id} is not in Standby.")
        self.desired += 1
        self.lifecycle[id] = "Pending"
        self.since[id] = time.monotonic()

    def tick(self, now):
        changed = False
        for id, state in self.lifecycle.items():
            is_drained = not any(target_id == id for group in self.targets for target_id, _ in group.targets)
            if state == "EnteringStandby" and is_drained:
                self.lifecycle[id], changed = "Standby", True
            elif state == "Pending" and now - self.since[id] >= self.pending_time:
                self.lifecycle[id], changed = "InService", True
                for group in self.targets:
                    group.register(id, group.port)
        return changed
