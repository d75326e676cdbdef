"""Target groups: what AWS documents of the states of a target, for each (id, port).

  registered -> initial/Elb.RegistrationInProgress -> initial/Elb.InitialHealthChecking
  initial    -> healthy after one good check, unhealthy after `unhealthy_threshold` bad ones
  healthy   <-> unhealthy by the thresholds
  any        -> draining for `delay` seconds after a deregistration, whether anything is in flight or not -> gone
  shown as unused/Target.InvalidState while the instance is stopped, unused/Target.NotInUse without a listener
"""

import http.client
import ssl
import time


class Target:
    def __init__(self, id, port, zone=None):
        self.id, self.port, self.zone = id, port, zone
        self.state, self.reason, self.description = "initial", "Elb.RegistrationInProgress", None
        self.since = time.monotonic()
        self.good = self.bad = 0
        self.next_check = 0.0
        self.is_checking = False
        self.idle = []       # kept-alive connections to it
        self.active = set()  # connections with a request in progress


class Group:
    def __init__(self, config):
        self.name, self.region = config["name"], config["region"]
        self.arn = (f"arn:aws:elasticloadbalancing:{self.region}:123456789012:targetgroup/{self.name}/"
                    + config.get("id", "0123456789abcdef"))
        self.type, self.port = config.get("type", "instance"), config["port"]
        self.protocol = config.get("protocol", "HTTP")
        self.delay = config.get("delay", 300)
        self.listen = config.get("listen")  # where its balancer takes traffic
        self.is_elsewhere = config.get("has_listener", True)  # it has one, although none of ours
        self.shifted = set(config.get("shifted", []))
        health = config.get("health", {})
        self.health_protocol = health.get("protocol", "HTTP")
        self.path, self.matcher = health.get("path", "/"), health.get("matcher", "200")
        self.health_port = health.get("port", "traffic-port")
        self.is_checked = health.get("enabled", True)
        self.interval, self.timeout = health.get("interval", 30), health.get("timeout", 5)
        self.healthy_threshold = health.get("healthy_threshold", 5)
        self.unhealthy_threshold = health.get("unhealthy_threshold", 2)
        self.registration_time = config.get("registration_time", 0.2)
        self.never_drains = config.get("never_drains", False)
        self.attributes = {
            "deregistration_delay.timeout_seconds": str(self.delay), "stickiness.enabled": "false",
            "slow_start.duration_seconds": "0", "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
            **config.get("attributes", {})}
        self.targets = {}
        self.shown_before = []

    # Changes; the world's lock is held.

    def register(self, id, port, zone=None):
        target = self.targets.get((id, port))
        if target is not None and target.state != "draining":
            return
        self.targets[id, port] = Target(id, port, zone)

    def deregister(self, id, port):
        target = self.targets.get((id, port))
        if target is None or target.state == "draining":
            return
        target.state, target.reason = "draining", "Target.DeregistrationInProgress"
        target.description = "Target deregistration is in progress"
        target.since = time.monotonic()
        close(target.idle)

    def tick(self, now):
        """Whether anything changed."""
        changed = False
        for key, target in list(self.targets.items()):
            if target.state == "draining" and now - target.since >= self.delay and not self.never_drains:
                close(list(target.active))  # whoever is still served is cut off
                del self.targets[key]
                changed = True
            elif target.reason == "Elb.RegistrationInProgress" and now - target.since >= self.registration_time:
                target.reason, target.description = "Elb.InitialHealthChecking", "Initial health checks in progress"
                changed = True
        return changed

    def is_due(self, target, now):
        return (self.is_checked and target.state != "draining" and target.reason != "Elb.RegistrationInProgress"
                and not target.is_checking and now >= target.next_check)

    def note_check(self, target, is_good, reason, description):
        """Whether the state changed."""
        before = target.state
        target.good, target.bad = (target.good + 1, 0) if is_good else (0, target.bad + 1)
        if target.state == "draining":
            return False
        if is_good and (target.state == "initial" or target.good >= self.healthy_threshold):
            target.state, target.reason, target.description = "healthy", None, None
        elif not is_good and target.bad >= self.unhealthy_threshold:
            target.state, target.reason, target.description = "unhealthy", reason, description
        return target.state != before

    def accepts(self, status):
        for part in self.matcher.split(","):
            low, _, high = part.partition("-")
            if int(low) <= status <= int(high or low):
                return True
        return False

    def check(self, address, target):
        """One real health check: (is good, reason, description)."""
        port = target.port if self.health_port == "traffic-port" else int(self.health_port)
        if self.health_protocol == "HTTPS":
            # As AWS: the certificate is not looked at.
            connection = http.client.HTTPSConnection(
                address, port, timeout=self.timeout, context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection(address, port, timeout=self.timeout)
        try:
            connection.request("GET", self.path, headers={"User-Agent": "ELB-HealthChecker/2.0"})
            status = connection.getresponse().status
        except TimeoutError:
            return False, "Target.Timeout", "Request timed out"
        except (OSError, http.client.HTTPException):
            return False, "Target.FailedHealthChecks", "Health checks failed"
        finally:
            connection.close()
        if self.accepts(status):
            return True, None, None
        return False, "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]"

    def routable(self):
        """Who gets requests: the healthy ones, or everybody where none is; never who is draining."""
        present = [target for target in self.targets.values() if target.state != "draining"]
        return [target for target in present if target.state == "healthy"] or present


def close(connections):
    while connections:
        connection = connections.pop()
        try:
            connection.close()
        except OSError:
            pass
