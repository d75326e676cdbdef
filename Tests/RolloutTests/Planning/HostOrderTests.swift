import DeployModel
import TestSupport
import Testing

@testable import Rollout

struct HostOrderTests {
    private let hosts: [Host] = [
        .named("a-1", zone: "a"), .named("b-1", zone: "b"), .named("a-2", zone: "a"), .named("b-2", zone: "b"),
    ]

    @Test(arguments: [
        ([RolloutPolicy.Ordering.unhealthy, .zone, .inventory], ["b-2", "a-1", "a-2", "b-1"]),
        ([.zone, .unhealthy], ["a-1", "a-2", "b-2", "b-1"]),
        ([.unhealthy, .inventory], ["b-2", "a-1", "b-1", "a-2"]),
        ([.inventory, .unhealthy, .zone], ["a-1", "b-1", "a-2", "b-2"]),
        ([.zone], ["a-1", "a-2", "b-1", "b-2"]),
    ])
    func `an earlier word wins over a later`(words: [RolloutPolicy.Ordering], names: [String]) {
        #expect(HostOrder(words: words).sorted(hosts, sick: ["b-2"]).map(\.name.text) == names)
    }

    @Test func `hosts without a zone are a zone of their own`() {
        let mixed: [Host] = [.named("x"), .named("a-1", zone: "a"), .named("y")]
        #expect(HostOrder(words: [.zone]).sorted(mixed).map(\.name) == ["x", "y", "a-1"])
    }
}
