import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Execution

struct ReleaseInventoryTests {
    private let layout = ReleaseLayout(
        ReleaseConfiguration(source: "/dist", destination: "/srv/shop"),
        placeholders: Placeholders(host: nil, release: nil, service: "shop"))

    private func inventory(
        link: ReleaseInventory.Link, complete: Set<ReleaseID> = [], manifests: [ReleaseManifest] = []
    ) -> ReleaseInventory {
        ReleaseInventory(
            link: link, complete: complete, partial: [],
            manifests: Dictionary(uniqueKeysWithValues: manifests.map { ($0.id, $0) }))
    }

    private func manifest(_ id: ReleaseID, _ state: ReleaseManifest.State, target: String? = nil) -> ReleaseManifest {
        ReleaseManifest(
            id: id, contentDigest: "d", state: state, created: Date(timeIntervalSince1970: 0), linkTarget: target)
    }

    @Test func `a release that never served is live but not good`() {
        let inventory = inventory(link: .symbolic("releases/1"), complete: ["1"], manifests: [manifest("1", .ready)])
        #expect(inventory.live(layout) == LiveRelease(id: "1", contentDigest: "d", isGood: false))
    }

    @Test func `a release of another tool in the same place is one to go back to`() {
        let inventory = inventory(link: .symbolic("/srv/shop/releases/20240101"), complete: ["20240101"])
        #expect(inventory.live(layout) == LiveRelease(id: "20240101", contentDigest: nil, isGood: true))
        #expect(inventory.linkTarget(for: "20240101", layout) == "releases/20240101")
    }

    @Test func `a release elsewhere goes by its name, and is found again by its manifest`() {
        var known = inventory(link: .symbolic("/opt/v3/"))
        #expect(known.live(layout)?.id == "v3")
        #expect(known.linkTarget(for: "v3", layout) == nil)
        known.manifests["v3"] = manifest("v3", .good, target: "/opt/v3/")
        known.link = .symbolic("releases/1")
        #expect(known.linkTarget(for: "v3", layout) == "/opt/v3/")
        known.link = .symbolic("/opt/v3/")
        #expect(known.live(layout)?.id == "v3")
    }

    @Test(arguments: ["/opt/not an id", "/", "-", "/opt/1"])
    func `a release elsewhere without a name of its own gets one`(target: String) throws {
        let inventory = inventory(link: .symbolic(target), complete: ["1"])
        let id = try #require(inventory.live(layout)?.id)
        #expect(id.text.hasPrefix("adopted-"))
        #expect(inventory.live(layout)?.id == id, "the same each time")
    }

    @Test func `a manifest survives its writing, and a newer format is no manifest`() throws {
        let manifest = ReleaseManifest(
            id: "1", contentDigest: nil, state: .good, created: Date(timeIntervalSince1970: 1_700_000_000),
            gitCommit: "3fa9c1d", linkTarget: "/opt/it's \"v3\"\n")
        #expect(!manifest.json.contains("\n"))
        #expect(ReleaseManifest(json: manifest.json) == manifest)
        #expect(ReleaseManifest(json: manifest.json.replacing("\"format\":1", with: "\"format\":2")) == nil)
        #expect(ReleaseManifest(json: "") == nil)
    }
}
