import DeployModel
import Testing

@testable import Rollout

/// A zone never goes dark by our action.
struct ZoneGuardTests {
    private static let pool = PoolID(name: "web")
    private static let zones: [TargetID: String] = [
        target("a-1"): "a", target("a-2"): "a", target("b-1"): "b", target("b-2"): "b", target("c-1"): "c",
    ]

    private static func target(_ name: String) -> TargetID { TargetID(pool: pool, name: name) }

    private static func reading(without bad: Set<String> = []) -> PoolReading {
        PoolReading(
            zones.keys.map { Target(id: $0, state: bad.contains($0.name) ? .unhealthy("L4CON") : .inService) })
    }

    private static func objection(
        taking names: [String], moved: [String] = [], without bad: Set<String> = [],
        policy: RolloutPolicy = RolloutPolicy(minInService: .count(1))
    ) -> CapacityShortage? {
        CapacityRule(survey: reading(), pools: [pool], policy: policy, batchSize: 2, zones: zones)
            .objection(
                toTaking: names.map(target), moved: Set(moved.map(target)), in: reading(without: bad))
    }

    @Test func `the last that serves in a zone stays until another is back`() {
        #expect(Self.objection(taking: ["a-1"]) == nil)
        let shortage = Self.objection(taking: ["a-2"], moved: ["a-1"])
        #expect(shortage?.zone == "a")
        #expect(shortage?.error.message == "a drain would leave nothing in service in zone `a` of `web`")
        #expect(Self.objection(taking: ["a-1", "a-2"])?.zone == "a")
        #expect(Self.objection(taking: ["b-1"], moved: ["a-1"]) == nil)
    }

    @Test func `one that is down does not stand for its zone`() {
        #expect(Self.objection(taking: ["a-1"], without: ["a-2"])?.zone == "a")
        #expect(Self.objection(taking: ["a-2"], without: ["a-2"]) == nil)
    }

    @Test func `a zone of one may go, and so may any where downtime is allowed`() {
        #expect(Self.objection(taking: ["c-1"]) == nil)
        #expect(
            Self.objection(taking: ["a-1", "a-2"], policy: RolloutPolicy(allowsDowntime: true)) == nil)
    }
}
