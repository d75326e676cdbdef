import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Rollout

struct RollbackChoiceTests {
    /// A host that holds releases, newest first, as `v3 good`.
    private func record(_ host: HostName, live: ReleaseID?, _ releases: [(ReleaseID, ReleaseState)]) -> HostRecord {
        let held = releases.map { id, state in
            HeldRelease(
                id: id, state: state, contentDigest: "digest of \(id)",
                created: Date(timeIntervalSince1970: Double(id.text.dropFirst()) ?? 0))
        }
        return HostRecord(
            host: host, live: live.map { LiveRelease(id: $0, contentDigest: "digest of \($0)", isGood: true) },
            releases: held)
    }

    @Test func `the newest release that served everywhere before what is live`() throws {
        let choice = RollbackChoice([
            record("web-1", live: "v4", [("v4", .good), ("v3", .good), ("v2", .good), ("v1", .good)]),
            record("web-2", live: "v4", [("v4", .good), ("v3", .bad), ("v2", .good), ("v1", .good)]),
        ])
        let release = try choice.previous()
        #expect(release.id == "v2")
        #expect(release.contentDigest == "digest of v2")
    }

    @Test func `a fleet that is half way goes back to what the other half runs`() throws {
        let choice = RollbackChoice([
            record("web-1", live: "v3", [("v3", .good), ("v2", .good)]),
            record("web-2", live: "v2", [("v3", .ready), ("v2", .good)]),
        ])
        #expect(try choice.previous().id == "v2")
    }

    @Test func `the release of another tool that half of the fleet still serves is where the other half goes back to`()
        throws
    {
        let canary = record("web-1", live: "v3", [("v3", .good), ("v0", .good)])
        let untouched = record("web-2", live: "v0", [("v3", .ready)])
        #expect(try RollbackChoice([canary, untouched]).previous().id == "v0")
        // Everywhere the same, and nothing else: there is nothing to go back to.
        let alone = [record("web-1", live: "v0", [("v3", .bad)]), record("web-2", live: "v0", [("v3", .bad)])]
        #expect(throws: DeployError.self) { try RollbackChoice(alone).previous() }
    }

    @Test func `going back twice goes further back`() throws {
        let held: [(ReleaseID, ReleaseState)] = [("v3", .good), ("v2", .good), ("v1", .good)]
        #expect(try RollbackChoice([record("web-1", live: "v3", held)]).previous().id == "v2")
        #expect(try RollbackChoice([record("web-1", live: "v2", held)]).previous().id == "v1")
    }

    @Test func `without a common release it says what each host has`() throws {
        let choice = RollbackChoice([
            record("web-1", live: "v3", [("v3", .good), ("v2", .good)]),
            record("web-2", live: "v3", [("v3", .good), ("v1", .good)]),
        ])
        let error = try #require(throws: DeployError.self) { try choice.previous() }
        #expect(error.code == .invalidRelease)
        #expect(error.evidence == ["web-1: live v3, good: v3, v2", "web-2: live v3, good: v3, v1"])
    }

    @Test func `a named release must be whole and the same on every host`() throws {
        let whole = record("web-1", live: "v2", [("v2", .good), ("v1", .bad)])
        #expect(try RollbackChoice([whole]).named("v1").id == "v1")
        let missing = record("web-2", live: "v2", [("v2", .good), ("v1", .uploading)])
        let absence = try #require(throws: DeployError.self) { try RollbackChoice([whole, missing]).named("v1") }
        #expect(absence.message == "release `v1` is not on `web-2`")
        var other = whole
        other.host = "web-3"
        other.releases[0].contentDigest = "another"
        #expect(throws: DeployError.self) { try RollbackChoice([whole, other]).named("v2") }
    }

    @Test func `a restart is announced with what most hosts run`() throws {
        let records = [
            record("web-1", live: "v1", []), record("web-2", live: "v2", []), record("web-3", live: "v2", []),
        ]
        #expect(try RollbackChoice(records).live().id == "v2")
        #expect(throws: DeployError.self) { try RollbackChoice([record("web-1", live: nil, [])]).live() }
    }
}
