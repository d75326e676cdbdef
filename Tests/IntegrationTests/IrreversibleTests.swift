import Foundation
import TestSupport
import Testing

/// Nobody goes back past a step that cannot be undone, by himself or by mistake.
@Suite(.timeLimit(.minutes(20))) struct IrreversibleTests {
    private static func steps(_ migrate: String = "true") -> [String: String] {
        [
            "steps": """
              once_before: [{ name: migrate, run: '\(migrate)', irreversible: true }]
              activate: [{ restart: acebook }]
            """
        ]
    }

    @Test func `a rollback past it is refused with 5, and --force goes back`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab), sections: Self.steps())
            let run = try await fleet.deploy(["-i", inventory, "--release-id", "v2"])
            #expect(run.status == 0, run.shown)
            let plain = try fleet.writeInventory(try LabRelease.make("3", in: lab), name: "plain.yml")
            let next = try await fleet.deploy(["-i", plain, "--release-id", "v3"])
            #expect(next.status == 0, next.shown)

            // Not past it: from 3 to 2.
            let back = try await fleet.deploy(["rollback", "-i", plain])
            #expect(back.status == 0, back.shown)
            #expect(fleet.versions == ["2", "2"])

            let refused = try await fleet.deploy(["rollback", "-i", plain])
            #expect(refused.status == 5, refused.shown)
            #expect(refused.text.contains("`1` is from before `v2`, for which `migrate` was run"), refused.shown)
            #expect(fleet.versions == ["2", "2"])
            let forced = try await fleet.deploy(["rollback", "-i", plain, "--force"])
            #expect(forced.status == 0, forced.shown)
            #expect(fleet.versions == ["1", "1"])
        }
    }

    @Test func `a host that fails behind it is left out of rotation on the new release, and the rollout stops`()
        async throws
    {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", broken: "no database", in: lab), sections: Self.steps())
            let run = try await fleet.deploy(["-i", inventory])
            #expect(run.status == 11, run.shown)
            #expect(fleet.versions == ["2", "1"])
            #expect(
                run.text.contains("web-1: not taken back to the release before, as `migrate` is `irreversible`"),
                run.shown)
            let members = try await fleet.haproxy.members()
            #expect(members.values.count(where: \.isInService) == 1)
        }
    }

    @Test func `what fails after it has been noted guards the release before all the same`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let first = try fleet.writeInventory(try LabRelease.make("2", in: lab), name: "first.yml")
            #expect(try await fleet.deploy(["-i", first, "--release-id", "v2"]).status == 0)
            let inventory = try fleet.writeInventory(try LabRelease.make("3", in: lab), sections: Self.steps("exit 9"))
            let failed = try await fleet.deploy(["-i", inventory, "--release-id", "v3"])
            #expect(failed.status == 7, failed.shown)
            #expect(fleet.versions == ["2", "2"])
            let refused = try await fleet.deploy(["rollback", "-i", inventory])
            #expect(refused.status == 5, refused.shown)
        }
    }
}
