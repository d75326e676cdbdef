import Foundation
import TestSupport
import Testing

/// The lease and the journals on the hosts: who holds them when the holder is gone, and what cannot be written or read.
@Suite(.timeLimit(.minutes(20))) struct RecordFaultTests {
    @Test func `the lease of a run that was killed is shown with the way to release it`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            try await killInPreparation(bench)
            let run = try await bench.deploy(arguments: ["--lease-wait", "0s"])
            #expect(run.status == 4, run.shown)
            #expect((run.text + run.errorText).contains("deploy lease release"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.records, 30, "the lease is held by a run that was killed"), run)
        }
    }

    @Test func `a lease that nobody renews expires, and the next run goes on`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            try await killInPreparation(bench)
            let run = try await bench.deploy(["lease": "{ ttl: 10s }"], arguments: ["--lease-wait", "60s"])
            #expect(run.status == 0, run.shown)
            try await bench.record(
                Fault(.records, 30, "the same, and the next run waits until it has expired"), run, saying: "")
        }
    }

    @Test func `a host that cannot hold a record is refused before anything is changed`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            try lab.write("a file", to: "hosts/web-1/srv/acebook/.deploy")
            let run = try await bench.deploy()
            #expect(run.status == 3, run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.records, 43, "the host's records cannot be written"), run)
        }
    }

    @Test(.enabled(if: SmallDisk.canBeMade))
    func `a host whose disk fails while it is out of rotation stays out, and is named`() async throws {
        try await Lab.scenario { lab in
            let disk = try await SmallDisk.mount("hosts/web-1/srv", in: lab, "size=20m")
            let bench = try await FaultBench.start(in: lab)
            let gate = lab.path("gate")
            let deploy = try bench.startDeploy([
                "steps": "  drained: [{ run: 'echo waits; while [ ! -e \(gate) ]; do sleep 0.1; done' }]\n"
                    + "  activate: [{ restart: acebook }]"
            ])
            try await deploy.waitForEvent("says that the host is drained") { $0.text == "waits" }
            try await disk.makeReadOnly()
            try lab.write("", to: "gate")
            let run = try await deploy.result()
            // Its dead-man switch cannot be asked: it is not known that it will not act.
            #expect(run.status == 13, run.shown)
            #expect(run.text.contains("Read-only file system"), run.shown)
            #expect(!bench.fleet.haproxy.recorder.changes.contains { $0.contains("web/web-2") })
            try await bench.record(Fault(.records, 43, "the host's disk becomes read-only after the drain"), run)
        }
    }

    @Test(.enabled(if: SmallDisk.canBeMade)) func `a full disk on this machine does not stop a run`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            _ = try await SmallDisk.mount("full", in: lab, "size=64k")
            _ = try await lab.command(["sh", "-c", "head -c 1000000 /dev/zero >\(lab.path("full/all"))"])
            let run = try await bench.deploy(
                arguments: ["--events", lab.path("full/events.jsonl")],
                environment: ["HOME": lab.path("full"), "XDG_STATE_HOME": lab.path("full/state")])
            #expect(run.status == 0, run.shown)
            try await bench.record(Fault(.records, 43, "the disk of this machine is full"), run, saying: "")
        }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        var fault: Fault
        /// What a journal ends with.
        var tail: String
        var status: Int32

        var testDescription: String { fault.text }
    }

    private static let damages = [
        Damage(
            fault: Fault(.records, 44, "the last line of a killed run's journal is torn; `deploy resume`"),
            tail: #"{"act":"switching","format":1,"ho"#, status: 0)
    ]

    @Test(arguments: damages) func `a damaged journal is read as far as it can be trusted`(_ damage: Damage)
        async throws
    {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let deploy = try bench.startDeploy([
                "steps": "  activate: [{ restart: acebook }, { run: echo on; sleep 600 }]"
            ])
            try await deploy.waitForEvent("says that the release is switched") { $0.text == "on" }
            deploy.signal(SIGKILL)
            _ = try await deploy.wait()
            let inventory = try bench.writeInventory()
            let freed = try await bench.fleet.deploy(["lease", "release", "-i", inventory, "--yes"])
            #expect(freed.status == 0, freed.shown)
            for host in bench.fleet.hosts {
                let folder = "hosts/\(host.name)/srv/acebook/.deploy/journal"
                for file in try FileManager.default.contentsOfDirectory(atPath: lab.path(folder)) {
                    let text = LabLog(path: lab.path("\(folder)/\(file)")).text
                    try lab.write(text + damage.tail, to: "\(folder)/\(file)")
                }
            }
            let run = try await bench.fleet.deploy(["resume", "-i", inventory, "--format", "json"])
            #expect(run.status == damage.status, run.shown)
            try await bench.record(damage.fault, run)
        }
    }

    /// Leaves the lease to a run that is no more; it had changed nothing that traffic sees.
    private func killInPreparation(_ bench: FaultBench) async throws {
        let deploy = try bench.startDeploy([
            "lease": "{ ttl: 10s }", "steps": "  prepare: [{ run: echo on; sleep 600 }]",
        ])
        try await deploy.waitForEvent("says that prepare runs") { $0.text == "on" }
        deploy.signal(SIGKILL)
        _ = try await deploy.wait()
    }
}
