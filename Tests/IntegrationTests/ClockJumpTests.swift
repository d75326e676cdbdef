import Foundation
import TestSupport
import Testing

/// The controller's machine sleeps in the middle of a rollout.
@Suite(.timeLimit(.minutes(20))) struct ClockJumpTests {
    @Test func `a run that was asleep while another took over changes nothing any more`() async throws {
        try await Lab.scenario(within: .seconds(300)) { lab in
            let fleet = try await Fleet.start(in: lab)
            let (gate, mark) = (lab.path("gate"), lab.path("reached"))
            let asleep = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "lease": "  ttl: 10s",
                    "steps": """
                      drained: [{ run: ': >\(mark); while [ ! -e \(gate) ]; do sleep 0.1; done' }]
                      activate: [{ restart: acebook }]
                    """,
                ], name: "asleep.yml")
            let awake = try fleet.writeInventory(
                try LabRelease.make("3", in: lab), sections: ["lease": "  ttl: 10s"])
            let sleeper = try fleet.startDeploy(["-i", asleep])
            try await eventually("the first host to be drained", within: .seconds(60), log: sleeper.log) {
                FileManager.default.fileExists(atPath: mark)
            }
            sleeper.signal(SIGSTOP)
            let stopped = ContinuousClock.now
            let other = try await fleet.deploy(["-i", awake, "--lease-wait", "60s"])
            #expect(other.status == 0, other.shown)
            #expect(fleet.versions == ["3", "3"])
            // Long enough for a jump that no slow machine would explain.
            try await eventually("the sleep to be long", within: .seconds(40)) {
                stopped.duration(to: .now) > .seconds(20)
            }
            for host in fleet.hosts { host.forgetSystemctlCalls() }
            let changes = fleet.haproxy.recorder.changes.count
            try lab.write("", to: "gate")
            sleeper.signal(SIGCONT)
            let ending = try await sleeper.wait(within: .seconds(60))
            #expect(ending != .exited(0))
            #expect(sleeper.log.text.contains("the clock jumped by "), "\(sleeper.log.tail())")
            #expect(sleeper.log.text.contains("the lease was lost"), "\(sleeper.log.tail())")
            #expect(fleet.versions == ["3", "3"])
            #expect(fleet.hosts.allSatisfy { $0.systemctlCalls == [] })
            #expect(!fleet.haproxy.recorder.changes.dropFirst(changes).contains { $0.contains("drain") })
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
        }
    }
}
