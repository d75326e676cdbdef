import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Execution

struct PruningTests {
    private let now = Date(timeIntervalSince1970: 1_000_000_000)

    /// - Parameter releases: id, state, age in days.
    private func inventory(_ releases: [(ReleaseID, ReleaseManifest.State, Double)]) -> ReleaseInventory {
        ReleaseInventory(
            link: .absent, complete: Set(releases.filter { $0.1 != .uploading }.map(\.0)),
            partial: Set(releases.filter { $0.1 == .uploading }.map(\.0)),
            manifests: Dictionary(
                uniqueKeysWithValues: releases.map { id, state, days in
                    (
                        id,
                        ReleaseManifest(
                            id: id, contentDigest: "d", state: state, created: now.addingTimeInterval(-days * 86400))
                    )
                }))
    }

    private func removable(_ inventory: ReleaseInventory, live: ReleaseID?, keep: Int) -> [ReleaseID] {
        Pruning.removable(from: inventory, live: live, keep: keep, now: now)
    }

    @Test func `the newest good releases stay, and the oldest goes first`() {
        let inventory = inventory([("1", .good, 9), ("2", .good, 8), ("3", .good, 7), ("4", .good, 6)])
        #expect(removable(inventory, live: "4", keep: 2) == ["1", "2"])
        #expect(removable(inventory, live: "4", keep: 9) == [])
    }

    @Test func `the live one and the one before it stay whatever is kept`() {
        let inventory = inventory([("1", .good, 9), ("2", .good, 8), ("3", .good, 7)])
        #expect(removable(inventory, live: "3", keep: 1) == ["1"])
        #expect(removable(inventory, live: "1", keep: 1) == ["2"], "after a rollback the newest good one is kept too")
        #expect(removable(inventory, live: "3", keep: 0) == ["1"])
    }

    @Test func `only good releases count`() {
        let inventory = inventory([("1", .good, 9), ("2", .ready, 0.5), ("3", .ready, 0.4), ("4", .good, 0.1)])
        #expect(removable(inventory, live: "4", keep: 2) == [])
    }

    @Test func `what another run may still be at is left alone for a day`() {
        let inventory = inventory([("1", .uploading, 0.9), ("2", .uploading, 1.1), ("3", .ready, 1.2), ("4", .good, 0)])
        #expect(removable(inventory, live: "4", keep: 5) == ["3", "2"])
    }

    @Test func `what is not ours is never removed`() {
        var inventory = inventory([("4", .good, 0), ("5", .good, 0.1), ("6", .good, 0.2)])
        inventory.complete.insert("20200101")
        inventory.manifests["v3"] = ReleaseManifest(
            id: "v3", contentDigest: nil, state: .good, created: now.addingTimeInterval(-99 * 86400),
            linkTarget: "/opt/v3")
        #expect(removable(inventory, live: "4", keep: 2) == ["6"])
    }
}
