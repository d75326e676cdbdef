import Foundation
import TestSupport
import Testing

/// Names that lead nowhere, to the wrong family of addresses, or twice to one machine.
@Suite(.timeLimit(.minutes(20))) struct NameFaultTests {
    @Test(.enabled(if: NetworkNamespace.canBeMade))
    func `a name that does not exist stops the run, and keeps no other host waiting`() async throws {
        try await Lab.scenario { lab in
            _ = try await NetworkNamespace.start(in: lab)
            let bench = try await FaultBench.start(in: lab)
            let run = try await bench.deploy(["hosts": hosts(bench, "web-1.example.invalid")])
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("web-1.example.invalid"), run.shown)
            #expect(bench.fleet.hosts[1].sshd.log.text.contains("Accepted"), "the other one is not kept waiting")
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.names, 40, "a host's name is not known to the DNS"), run)
        }
    }

    @Test(.enabled(if: NetworkNamespace.canBeMade && LabAccount.canBeDefined))
    func `a name server that does not answer is waited for no longer than a connect`() async throws {
        try await Lab.scenario { lab in
            let network = try await NetworkNamespace.start(in: lab)
            try await network.add("udp dport 53 drop", "tcp dport 53 drop")
            let bench = try await FaultBench.start(in: lab)
            let run = try await bench.deploy(
                ["hosts": hosts(bench, "web-1.example.com")], ssh: "connect_timeout: 1s",
                through: try files(["/etc/resolv.conf": "nameserver 127.0.0.53\n"], in: lab))
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("web-1.example.com"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.names, 40, "the name server does not answer"), run)
        }
    }

    @Test(
        .enabled(if: LabAddress.hasIPv6 && NetworkNamespace.canBeMade && LabAccount.canBeDefined),
        arguments: [
            (Fault(.names, 41, "a name's IPv6 address refuses, its IPv4 address answers"), "reject with tcp reset"),
            (Fault(.names, 41, "a name's IPv6 address is dead, its IPv4 address answers"), "drop"),
        ]) func `the next address of a name is tried`(fault: Fault, action: String) async throws
    {
        try await Lab.scenario { lab in
            let network = try await NetworkNamespace.start(in: lab)
            let bench = try await FaultBench.start(in: lab)
            let sshd = bench.fleet.hosts[0].sshd
            try await network.add("ip6 daddr ::1 tcp dport \(sshd.port) \(action)")
            try lab.write(
                sshd.knownHosts.replacing("[\(sshd.address)]", with: "[web-1.test]"), to: "names_known_hosts")
            let ssh = bench.fleet.sshSection.replacing(
                "known_hosts: known_hosts", with: "known_hosts: [known_hosts, names_known_hosts]")
            let run = try await bench.deploy(
                ["hosts": hosts(bench, "web-1.test"), "ssh": ssh],
                through: try files(["/etc/hosts": "::1 web-1.test\n\(sshd.address) web-1.test\n"], in: lab))
            #expect(run.status == 0, run.shown)
            try await bench.record(fault, run, saying: "")
        }
    }

    @Test func `a host that is written twice is refused with both places`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let host = bench.fleet.hosts[0].sshd
            let run = try await bench.deploy([
                "hosts": hosts(bench, host.address) + "\n  web-1: { address: \(host.address) }"
            ])
            #expect(run.status == 2, run.shown)
            #expect(run.errorText.contains("hosts.yml:"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.names, 42, "a host is written twice"), run)
        }
    }

    @Test func `two names for one machine are not taken for two`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let host = bench.fleet.hosts[0].sshd
            let run = try await bench.deploy([
                "hosts": hosts(bench, host.address)
                    + "\n  web-3: { address: \(host.address), ssh: { port: \(host.port) }, target: web-1 }",
                "release": "  from: \(bench.release.path)\n  to: \(lab.path("hosts/web-1/srv/acebook"))",
            ])
            #expect(run.status == 2 || run.status == 3, run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(
                Fault(.names, 42, "two names stand for one machine"), run,
                saying: run.line(with: "has the same address"))
        }
    }

    @Test func `hosts whose clock is wrong change nothing of a run`() async throws {
        try await Lab.scenario { lab in
            // An hour behind. Everything else of date(1) is as it was.
            try lab.write("#!/bin/sh\nexec /usr/bin/date -d '-1 hour' \"$@\"\n", to: "bin/date", mode: 0o755)
            var options = Fleet.Options()
            options.sshd.path = [lab.path("bin")]
            let bench = try await FaultBench.start(in: lab, options)
            let check = try await bench.fleet.deploy(["check", "-i", try bench.writeInventory()])
            let run = try await bench.deploy()
            #expect(run.status == 0, run.shown)
            let said = try #require(check.line(with: "clock"), check.shown)
            try await bench.record(Fault(.names, 36, "the hosts' clocks are an hour behind"), run, saying: said)
        }
    }

    /// The hosts of an inventory, of which the first has another address.
    private func hosts(_ bench: FaultBench, _ address: String) -> String {
        bench.fleet.hosts.enumerated().map { index, host in
            "  \(host.name): { address: \(index == 0 ? address : host.sshd.address), ssh: { port: \(host.sshd.port) } }"
        }.joined(separator: "\n")
    }

    /// The argv prefix that runs a program which sees other files in the place of the machine's.
    private func files(_ contents: [String: String], in lab: Lab) throws -> [String] {
        let mounts = try contents.map { path, text in
            "mount --bind '\(try lab.write(text, to: "own\(path)"))' \(path) && "
        }
        return [
            "unshare", "--mount", "--propagation", "private", "sh", "-c", "\(mounts.joined())exec \"$@\"", "sh",
        ]
    }
}
