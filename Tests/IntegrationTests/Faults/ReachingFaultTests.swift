import Foundation
import TestSupport
import Testing

/// Hosts that cannot be reached: before anything was touched, nothing is.
@Suite(.timeLimit(.minutes(20))) struct ReachingFaultTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        var fault: Fault
        /// In nft's words, for what arrives at the sshd.
        var action: String
        var says: String

        var testDescription: String { fault.text }
    }

    private static let rules = [
        Rule(fault: Fault(.reaching, 1, "packets to a host are dropped"), action: "drop", says: "within 1"),
        Rule(
            fault: Fault(.reaching, 2, "a router answers that a host is unreachable"),
            action: "reject with icmp host-unreachable", says: "No route to host"),
        Rule(
            fault: Fault(.reaching, 2, "a firewall resets the connection"), action: "reject with tcp reset",
            says: "Connection refused"),
    ]

    @Test(.enabled(if: NetworkNamespace.canBeMade), arguments: rules)
    func `a host that the network keeps away stops the run before anything is changed`(_ rule: Rule) async throws {
        try await Lab.scenario { lab in
            let network = try await NetworkNamespace.start(in: lab)
            let bench = try await FaultBench.start(in: lab)
            let sshd = bench.fleet.hosts[0].sshd
            try await network.add("ip daddr \(sshd.address) tcp dport \(sshd.port) \(rule.action)")
            let run = try await bench.deploy(ssh: "connect_timeout: 1s")
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains(rule.says) && run.text.contains("port \(sshd.port)"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(rule.fault, run)
        }
    }

    @Test(.enabled(if: NetworkNamespace.canBeMade))
    func `a host that vanishes while it is out of rotation stays out, and is named`() async throws {
        try await Lab.scenario { lab in
            let network = try await NetworkNamespace.start(in: lab)
            let bench = try await FaultBench.start(in: lab)
            let sshd = bench.fleet.hosts[0].sshd
            let deploy = try bench.startDeploy(
                ["steps": "  activate: [{ run: echo switched; sleep 60 }]"],
                ssh: "keepalive: { interval: 1s, count: 2 }", "connect_timeout: 1s")
            try await deploy.waitForEvent("says that the step runs") { $0.text == "switched" }
            try await network.add("ip daddr \(sshd.address) drop")
            let run = try await deploy.result()
            #expect(run.status == 13, run.shown)
            #expect(run.finished?.outcomes.first?.rotation == "out", run.shown)
            #expect(!bench.fleet.haproxy.recorder.changes.contains { $0.contains("web/web-2") })
            try await bench.record(Fault(.reaching, 1, "packets to a host are dropped while its steps run"), run)
        }
    }

    @Test func `a host without an sshd stops the run before anything is changed`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            await bench.fleet.hosts[0].sshd.crash()
            let run = try await bench.deploy()
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("Connection refused"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.reaching, 2, "nothing listens on a host's port"), run)
        }
    }

    @Test func `an sshd that accepts and says nothing is given up by name`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let listener = try #require(bench.fleet.hosts[0].sshd.listenerPID)
            kill(listener, SIGSTOP)
            lab.onCleanup { kill(listener, SIGCONT) }
            let run = try await bench.deploy(ssh: "connect_timeout: 1s")
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("banner"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.reaching, 3, "a frozen sshd: no banner comes"), run)
        }
    }

    @Test func `a connection that stalls in the key exchange is given up by name`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let proxy = try await FaultyProxy.start(
                in: lab, before: bench.fleet.hosts[0], of: bench.fleet, "stall-server=100")
            let run = try await bench.deploy(try proxy.sections(), ssh: "connect_timeout: 1s")
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("key exchange"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.reaching, 3, "the connection stalls in the key exchange"), run)
        }
    }
}
