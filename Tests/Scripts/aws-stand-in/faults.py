"""What goes wrong, declared beforehand.

  action   the call it happens to, or `*` for all
  after    only once this action has been carried out
  from     only once this action has been asked for, with that call
  skip     so many calls go well first (0); count: so many fail (1; 0 is for ever)
  kind     error  the answer is `code` with `status` and `message`
           html   a gateway's page with status 500
           drop   the connection is closed, and nothing is done
           lose   it is done, and the connection is closed instead of an answer
           stale  DescribeTargetHealth shows what was true before the last change
           slow   the answer takes `seconds`
"""


class Faults:
    def __init__(self, faults):
        self.faults = [dict(fault, seen=0) for fault in faults]
        self.asked = set()

    def next(self, action, done):
        self.asked.add(action)
        for fault in self.faults:
            if fault["action"] not in ("*", action):
                continue
            if "from" in fault and fault["from"] not in self.asked:
                continue
            if "after" in fault and not done[fault["after"]]:
                continue
            fault["seen"] += 1
            count = fault.get("count", 1)
            first = fault.get("skip", 0)
            if fault["seen"] > first and (count == 0 or fault["seen"] <= first + count):
                return fault
        return None
