import DeployModel
import TestSupport
import Testing

@testable import Execution

struct ReleaseLayoutTests {
    private func layout(_ destination: String = "/srv/{host}/shop/", link: String? = nil) -> ReleaseLayout {
        ReleaseLayout(
            ReleaseConfiguration(source: "/dist", destination: destination, link: link),
            placeholders: Placeholders(host: .named("web-1"), release: nil, service: "shop"))
    }

    @Test func `paths are filled in for the host`() {
        let layout = layout()
        #expect(layout.destination == "/srv/web-1/shop")
        #expect(layout.link == "/srv/web-1/shop/current")
        #expect(layout.directory(of: "1") == "/srv/web-1/shop/releases/1")
        #expect(layout.partialDirectory(of: "1") == "/srv/web-1/shop/releases/1.partial")
    }

    @Test func `the link is relative where it can be`() {
        #expect(layout().linkTarget(for: "1") == "releases/1")
        #expect(layout(link: "/home/app/shop").linkTarget(for: "1") == "/srv/web-1/shop/releases/1")
    }

    @Test(
        arguments: [
            ("releases/1", "1"), ("releases/1/", "1"), ("/srv/web-1/shop/releases/1", "1"),
            ("/srv/web-2/shop/releases/1", nil),
            ("releases/1/sub", nil), ("releases/", nil), ("../shop/releases/1", nil), ("/opt/v3", nil),
        ] as [(String, ReleaseID?)])
    func `a link of ours names a release`(target: String, id: ReleaseID?) {
        #expect(layout().release(forLinkTarget: target) == id)
    }
}
