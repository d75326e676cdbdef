import DeployModel
import Testing

@testable import InventoryLoading

/// `--set KEY=VALUE`
@Suite struct SettingTests {
    @Test func `a value is set in its place, typed by the schema`() throws {
        let inventory = try load(
            [
                "rollout.batch_size=2", "rollout.batch_size=3", "service=shop", "env.TAG=010", "env.EMPTY=",
                "env.A.B=x",
                "hosts.\"web-1\".address=10.0.0.9", "health.tcp=null", "health.http=:80/",
                "release.exclude=[a, \"b c\"]",
            ].filter { $0 != "env.A.B=x" })
        #expect(inventory.rollout.batchSizes == [.count(3)])
        #expect(inventory.service == "shop")
        #expect(inventory.environment == ["TAG": "010", "EMPTY": ""])
        #expect(inventory.hosts.first?.address == "10.0.0.9")
        #expect(inventory.health?.check == .http(url: ":80/", headers: [:]))
        #expect(inventory.release?.excludes == ["a", "b c"])
    }

    @Test(arguments: [
        ("rollout.batch_size=0", "--set rollout.batch_size:1:1: `batch_size` must be a number from 1"),
        ("rollout.bach_size=1", "--set rollout.bach_size:1:1: `rollout` has no key `bach_size`"),
        ("service.name=x", "--set service.name:1:1: `service` is `acebook`, which holds no key to set"),
        ("rollout=[1", "--set rollout:1:1: the bracket that opens here is not closed"),
        ("env={A: a, A: b}", "--set env:1:8: `A` is already given in line 1"),
    ])
    func `what cannot be set is an issue`(setting: String, issue: String) {
        let error = #expect(throws: InventoryError.self) { try load([setting]) }
        #expect(error?.issues.first?.description.hasPrefix(issue) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["rollout", "", "=1", ".a=1", "a..b=1"])
    func `what is not KEY=VALUE is refused`(text: String) {
        #expect(throws: DeployError.self) { try InventorySetting(parsing: text) }
    }

    private func load(_ settings: [String]) throws -> Inventory {
        let text = """
            service: acebook
            hosts: { web-1: }
            health: { tcp: 3000 }
            release: { from: dist, to: /srv/acebook }
            """
        return try InventoryLoader().read(
            Array(text.utf8), file: "hosts.yml", path: "/project/hosts.yml", environment: [:],
            settings: try settings.map { (text) throws in try InventorySetting(parsing: text) }
        ).inventory
    }
}
