import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct PlanTests {
    @Test func `a plan names hosts, batches, phases and commands`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: ["steps": "  prepare: [{ run: make assets }]\n  activate: [{ restart: acebook }]"])
            let plan = try await fleet.deploy(["plan", "--inventory", inventory])
            #expect(plan.status == 0, plan.shown)
            for part in ["web-1", "web-2", "prepare", "make assets", "activate", "systemctl restart acebook"] {
                #expect(plan.text.contains(part), "`\(part)` is not in the plan:\n\(plan.text)")
            }
        }
    }

    @Test(.enabled(if: Strace.isUsable)) func `a plan contacts nothing`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let (plan, connects) = try await Strace.connects(
                of: [try Repository.product("deploy"), "plan", "--inventory", inventory], in: lab)
            #expect(plan.status == 0, plan.shown)
            #expect(connects == [])
            #expect(fleet.haproxy.recorder.commands == [])
            #expect(!fleet.hosts.contains { $0.sshd.log.text.contains("Connection from") })
        }
    }
}
