import TestSupport

/// The user's own program for a balancer, as somebody would write it: it speaks to HAProxy's socket.
///
/// `lb drain|enable SERVER`, `lb state`. A file `busy` beside it with a number makes so many calls ask to be tried again.
enum OperatorProgram {
    static func install(in lab: Lab, haproxy: HAProxyServer) throws -> String {
        try lab.write(
            text.replacing("SOCKET", with: haproxy.socket), to: "operator/lb", mode: 0o755)
    }

    private static let text = #"""
        #!/usr/bin/env python3
        import csv, json, os, pathlib, socket, sys

        here = pathlib.Path(__file__).parent
        with open(here / "calls", "a") as calls:
            names = ["DEPLOY_SERVICE", "DEPLOY_HOST", "DEPLOY_TARGET", "DEPLOY_RUN"]
            calls.write(" ".join(sys.argv[1:] + [os.environ.get(name, "-") for name in names]) + "\n")
        busy = here / "busy"
        if busy.exists() and (left := int(busy.read_text())) > 0:
            busy.write_text(str(left - 1))
            print("the balancer is busy", file=sys.stderr)
            sys.exit(75)

        def ask(line):
            with socket.socket(socket.AF_UNIX) as haproxy:
                haproxy.connect("SOCKET")
                haproxy.sendall(line.encode() + b"\n")
                return haproxy.makefile().read()

        def state(row):
            if row["status"].startswith("DRAIN"): return "draining"
            if row["status"].startswith("MAINT"): return "out"
            if row["status"] == "UP": return "in_service"
            return "warming" if row["status"].startswith("UP") else "unhealthy"

        verb = sys.argv[1]
        if verb == "state":
            rows = [r for r in csv.DictReader(ask("show stat").removeprefix("# ").splitlines()) if r["type"] == "2"]
            print(json.dumps([{"id": r["svname"], "state": state(r), "in_flight": int(r["scur"]) + int(r["qcur"]),
                               "reason": r["status"]} for r in rows]))
        else:
            word = {"drain": "drain", "enable": "ready"}[verb]
            answer = ask(f"set server web/{sys.argv[2]} state {word}").strip()
            if answer: sys.exit(answer)
        """#
}
