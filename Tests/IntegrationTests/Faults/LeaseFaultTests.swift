import Foundation
import TestSupport
import Testing

/// Who may change a service, when several want to at once.
@Suite(.timeLimit(.minutes(20))) struct LeaseFaultTests {
    private static let crowd = 20

    @Test func `of twenty runs at once one goes on, and nineteen change nothing`() async throws {
        try await Lab.scenario(within: .seconds(300)) { lab in
            let bench = try await FaultBench.start(in: lab)
            let fleet = bench.fleet
            let gate = lab.path("gate")
            let inventory = try bench.writeInventory([
                "steps": "  activate: [{ run: 'while [ ! -e \(gate) ]; do sleep 0.1; done' }, { restart: acebook }]"
            ])
            let runs = try (0..<Self.crowd).map { _ in
                try fleet.startDeploy(["-i", inventory, "--lease-wait", "0s"])
            }
            try await eventually("nineteen runs to end", within: .seconds(180)) {
                runs.count { !$0.isRunning } == Self.crowd - 1
            }
            let refused = runs.filter { !$0.isRunning }
            #expect(refused.allSatisfy { $0.poll() == .exited(4) }, "\(refused.map { $0.poll() })")
            #expect(refused.allSatisfy { $0.log.text.contains("holds the lease since") }, "\(refused[0].log.text)")
            let status = try await fleet.deploy(["status", "-i", inventory])
            #expect(status.text.contains("lease: held by run"), status.shown)

            try lab.write("", to: "gate")
            let winner = try #require(runs.first { $0.isRunning })
            #expect(try await winner.wait(within: .seconds(60)) == .exited(0), "\(winner.log.tail())")
            #expect(fleet.versions == ["2", "2"])
            let lease = try await fleet.deploy(["lease", "-i", inventory])
            #expect(lease.text == "nobody holds the lease\n", lease.shown)
            let second = try await refused[0].result()
            try await bench.record(
                Fault(.records, 29, "twenty deploys at once: the nineteen that are not the first"), second,
                saying: second.line(with: "holds the lease since"))
        }
    }

    @Test func `twenty runs that wait end one after another`() async throws {
        try await Lab.scenario(within: .seconds(300)) { lab in
            let bench = try await FaultBench.start(in: lab)
            let fleet = bench.fleet
            let inventory = try bench.writeInventory()
            let runs = try (0..<Self.crowd).map { _ in
                try fleet.startDeploy(["-i", inventory, "--lease-wait", "10m"])
            }
            for run in runs {
                #expect(try await run.wait(within: .seconds(240)) == .exited(0), "\(run.log.tail())")
            }
            #expect(fleet.versions == ["2", "2"])
            #expect(fleet.hosts.allSatisfy { $0.systemctlCalls.count { $0 == "restart acebook" } == 2 }, "one rollout")
            try await bench.record(
                Fault(.records, 29, "twenty deploys at once with `--lease-wait 10m`"), try await runs[0].result(),
                saying: "")
        }
    }

    @Test func `a run whose lease is taken away starts nothing more`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let fleet = bench.fleet
            let gate = lab.path("gate")
            let inventory = try bench.writeInventory([
                "steps": "  prepare: [{ run: 'while [ ! -e \(gate) ]; do sleep 0.1; done' }]\n"
                    + "  activate: [{ restart: acebook }]",
                "lease": "{ ttl: 10s }",
            ])
            let run = try fleet.startDeploy(["-i", inventory, "--format", "json"])
            try await run.waitForEvent("says that prepare began") { $0.event == "step.started" }
            let taken = try await fleet.deploy(["lease", "release", "-i", inventory, "--yes"])
            #expect(taken.status == 0, taken.shown)
            try await run.waitForEvent("says that the run stops") { $0.event == "run.stopping" }
            try lab.write("", to: "gate")
            let end = try await run.result(within: .seconds(30))
            #expect(fleet.versions == ["1", "1"])
            #expect(end.text.contains("lease_lost"), end.shown)
            try await bench.record(Fault(.records, 31, "the lease is taken away before the drain"), end)
        }
    }
}
