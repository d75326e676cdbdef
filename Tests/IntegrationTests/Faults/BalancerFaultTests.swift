import Foundation
import TestSupport
import Testing

/// A balancer that does not do what it is asked, or cannot be asked.
@Suite(.timeLimit(.minutes(20))) struct BalancerFaultTests {
    struct Socket: Sendable, CustomTestStringConvertible {
        var fault: Fault
        /// What HAProxy answers to a change that it does not make.
        var answer: String
        var says: String

        var testDescription: String { fault.text }
    }

    private static let sockets = [
        Socket(
            fault: Fault(.balancer, 20, "the balancer answers yes, and does nothing"), answer: "\n", says: "web-1"),
        Socket(
            fault: Fault(.balancer, 22, "the socket may ask, and change nothing"), answer: "Permission denied\n\n",
            says: "Permission denied"),
    ]

    @Test(arguments: sockets) func `a balancer that does not obey keeps the run from its hosts`(_ socket: Socket)
        async throws
    {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let path = lab.path("stubborn.sock")
            let stubborn = try lab.start(
                "stubborn-haproxy",
                [
                    "python3", "\(Repository.root)/Tests/Scripts/stubborn-haproxy", path, bench.fleet.haproxy.socket,
                    socket.answer.replacing("\n", with: "\\n"),
                ])
            try await stubborn.waitForLog("ready")
            let run = try await bench.deploy(["balancer": Self.balancer(path, "drain: { timeout: 3s }")])
            #expect(run.text.contains(socket.says), run.shown)
            #expect(bench.fleet.versions == ["1", "1"])
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(socket.fault, run)
        }
    }

    @Test func `a balancer that hangs is given up before anything is changed`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            bench.fleet.haproxy.signal(SIGSTOP)
            let run = try await bench.deploy()
            bench.fleet.haproxy.signal(SIGCONT)
            try await bench.fleet.haproxy.waitUntilInService()
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains(bench.fleet.haproxy.socket), run.shown)
            try await bench.record(Fault(.balancer, 22, "the balancer hangs"), run)
        }
    }

    @Test func `a balancer that is not there is said to be that`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let run = try await bench.deploy(["balancer": Self.balancer(lab.path("no.sock"))])
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains(lab.path("no.sock")), run.shown)
            try await bench.record(Fault(.balancer, 22, "the balancer's socket is not there"), run)
        }
    }

    @Test func `a host that the balancer does not have is refused with those that it has`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let entries = bench.fleet.hosts.map {
                "  \($0.name): { address: \($0.sshd.address), target: old-\($0.name), ssh: { port: \($0.sshd.port) } }"
            }
            let run = try await bench.deploy(["hosts": entries.joined(separator: "\n")])
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("old-web-1"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.balancer, 22, "the balancer has no such server"), run)
        }
    }

    @Test func `a drain that does not end is put back`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            _ = try await bench.holdRequests(on: bench.fleet.hosts[0])
            let run = try await bench.deploy(["balancer": Self.balancer(bench, "drain: { timeout: 1s }")])
            #expect(run.status == 10, run.shown)
            #expect(run.text.contains("not drained within 1 s"), run.shown)
            #expect(bench.fleet.versions == ["1", "1"])
            try await bench.record(Fault(.balancer, 18, "a request does not end, and so neither does the drain"), run)
        }
    }

    @Test func `a drain that does not end is gone past where that is asked for, and said`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            _ = try await bench.holdRequests(on: bench.fleet.hosts[0])
            let run = try await bench.deploy([
                "balancer": Self.balancer(bench, "drain: { timeout: 1s, on_timeout: proceed }")
            ])
            #expect(run.status == 0, run.shown)
            let overridden = try #require(run.events.first { $0.event == "host.drain_overridden" }, run.shown)
            try await bench.record(
                Fault(.balancer, 18, "the same with `on_timeout: proceed`"), run,
                saying: "\(overridden.host ?? ""): \(overridden.event), in flight: \(overridden.inFlight ?? -1)")
        }
    }

    @Test func `a release that the balancer finds healthy and its own check does not is taken back`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            try lab.write("", to: "versions/2/no-database")
            let run = try await bench.deploy([
                "health":
                    "  run: test ! -e \(lab.path("hosts"))/{host}/srv/acebook/current/no-database\n  interval: 100ms\n  start_timeout: 2s"
            ])
            #expect(run.status == 10, run.shown)
            try await bench.record(Fault(.balancer, 19, "the balancer's check passes, and ours does not"), run)
        }
    }

    @Test func `a drain that is lost is noticed before the service is touched`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let gate = lab.path("gate")
            let deploy = try bench.startDeploy([
                "balancer": Self.balancer(bench, "drain: { timeout: 3s }"),
                "steps": "  drained: [{ run: 'echo waiting; while [ ! -e \(gate) ]; do sleep 0.1; done' }]\n"
                    + "  activate: [{ restart: acebook }]",
            ])
            try await deploy.waitForEvent("says that the host is drained") { $0.text == "waiting" }
            let process = bench.fleet.hosts[0].servicePID
            try await bench.fleet.haproxy.restart()
            try await bench.fleet.haproxy.waitUntilInService()
            try lab.write("", to: "gate")
            let run = try await deploy.result()
            #expect(run.status == 10, run.shown)
            #expect(bench.fleet.hosts[0].servicePID == process, "the service was not touched")
            // Requests that came in meanwhile may still be with the process before the restart, which cannot be asked.
            let warning = try #require(run.warning(with: "the drain was lost"), run.shown)
            try await bench.record(
                Fault(.balancer, 21, "the balancer restarts, and the drain is lost"), run,
                saying: "\(warning); \(run.failureText)")
        }
    }

    private static func balancer(_ bench: FaultBench, _ more: String...) -> String {
        balancer(bench.fleet.haproxy.socket, more)
    }

    private static func balancer(_ socket: String, _ more: String...) -> String { balancer(socket, more) }

    private static func balancer(_ socket: String, _ more: [String]) -> String {
        (["haproxy: { socket: \(socket), backends: [web] }"] + more).map { "  \($0)" }.joined(separator: "\n")
    }
}
