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

    @Test func `nobody goes back past a step that cannot be undone, not even one of a release that failed`() throws {
        var marked = record("web-1", live: "v4", [("v4", .good), ("v3", .good), ("v2", .good)])
        marked.releases[1].irreversibleStep = "migrate"
        let other = record("web-2", live: "v4", [("v4", .good), ("v3", .good), ("v2", .good)])
        let choice = RollbackChoice([marked, other])
        #expect(choice.objection(to: try choice.named("v3")) == nil)
        #expect(choice.objection(to: try choice.named("v4")) == nil)
        let objection = try #require(choice.objection(to: try choice.named("v2")))
        #expect(objection.code == .irreversible)
        #expect(objection.message.hasPrefix("`v2` is from before `v3`, for which `migrate` was run"))

        var failed = record("web-1", live: "v1", [("v2", .bad), ("v1", .good), ("v0", .good)])
        failed.releases[0].irreversibleStep = "migrate"
        let sick = RollbackChoice([failed])
        #expect(sick.objection(to: try sick.named("v0"))?.code == .irreversible)
    }

    @Test func `a release that the fleet holds is brought to a new host by its content`() throws {
        let records = [
            record("web-1", live: "v2", [("v2", .good), ("v1", .good)]),
            record("web-2", live: "v2", [("v2", .good)]), record("web-3", live: nil, []),
        ]
        let live = try FleetRelease(liveOn: records)
        #expect(live.release.id == "v2")
        #expect(live.holders == ["web-1", "web-2"])
        #expect(try FleetRelease("v1", on: records).holders == ["web-1"])
        var prepared = live.release
        prepared.source = "/project/dist"
        #expect(throws: Never.self) { try live.check(prepared) }
        prepared.contentDigest = "another"
        let error = try #require(throws: DeployError.self) { try live.check(prepared) }
        #expect(error.code == .otherContent)
        #expect(error.hint == "deploy from the files that the release was made of")
        #expect(throws: DeployError.self) { try FleetRelease("v9", on: records) }
        #expect(throws: DeployError.self) { try FleetRelease(liveOn: [records[2]]) }
    }

    @Test func `a release that another tool made has no content to compare`() throws {
        let foreign = HostRecord(host: "web-1", live: LiveRelease(id: "old", contentDigest: nil, isGood: true))
        let error = try #require(throws: DeployError.self) { try FleetRelease(liveOn: [foreign]) }
        #expect(error.message.contains("was made by another tool"))
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
