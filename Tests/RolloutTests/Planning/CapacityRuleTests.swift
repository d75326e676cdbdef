import DeployModel
import Testing

@testable import Rollout

struct CapacityRuleTests {
    /// A pool by one letter a target: `s` in service, `a` assumed, `u` unhealthy, `w` warming, `d` draining, `o` out, `?` unknown.
    private static func reading(_ letters: String) -> PoolReading {
        PoolReading(
            letters.enumerated().map { number, letter in
                Target(id: target(number), state: state(letter))
            })
    }

    private static func state(_ letter: Character) -> TargetState {
        switch letter {
        case "s": .inService
        case "a": .assumedInService
        case "u": .unhealthy("L4CON")
        case "w": .warming("UP 1/2")
        case "d": .draining(inFlight: 0)
        case "o": .out("maint")
        default: .unknown("no answer")
        }
    }

    private static func target(_ number: Int) -> TargetID {
        TargetID(pool: PoolID(name: "web"), name: "\(number)")
    }

    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var start: String
        var now: String
        var minimum: MinInService
        var batchSize = 1
        /// Out by our action already, and about to go.
        var moved: Set<Int> = []
        var taken: [Int]
        var isAllowed: Bool

        init(
            _ description: String, start: String, now: String? = nil, _ minimum: MinInService, batchSize: Int = 1,
            moved: Set<Int> = [], taking taken: [Int], isAllowed: Bool
        ) {
            testDescription = description
            self.start = start
            self.now = now ?? start
            self.minimum = minimum
            self.batchSize = batchSize
            self.moved = moved
            self.taken = taken
            self.isAllowed = isAllowed
        }
    }

    @Test(arguments: [
        Row("one of two may go", start: "ss", .automatic, taking: [0], isAllowed: true),
        Row("the second of two may not", start: "ss", .automatic, moved: [0], taking: [1], isAllowed: false),
        Row("one alone may not", start: "s", .automatic, taking: [0], isAllowed: false),
        Row("a whole batch may go", start: "ssss", .automatic, batchSize: 2, taking: [0, 1], isAllowed: true),
        Row(
            "at least one stays, whatever the batch", start: "ss", .automatic, batchSize: 2, taking: [0, 1],
            isAllowed: false),
        Row("a percent rounds up", start: "sss", .percent(67), taking: [0], isAllowed: false),
        Row("a count is a count", start: "ssss", .count(2), moved: [0], taking: [1], isAllowed: true),
        Row("and no more", start: "ssss", .count(2), moved: [0, 1], taking: [2], isAllowed: false),
        Row("assumed in service counts", start: "aa", .automatic, taking: [0], isAllowed: true),
        Row(
            "warming, unhealthy, draining and unknown never count", start: "sssss", now: "suwd?", .count(1),
            taking: [0], isAllowed: false),
        Row("never more than were in service at the start", start: "suu", .automatic, taking: [0], isAllowed: false),
        Row("an unhealthy one may always go", start: "suu", .automatic, taking: [1], isAllowed: true),
        Row("even when nothing serves", start: "uuu", .automatic, taking: [0], isAllowed: true),
        Row("what was repaired gives room", start: "su", now: "ss", .automatic, taking: [0], isAllowed: true),
        Row(
            "a host in hand does not count, whatever the reading says", start: "sss", .count(1), moved: [1, 2],
            taking: [0], isAllowed: false),
        Row("a minimum of nothing allows everything", start: "ss", .count(0), taking: [0, 1], isAllowed: true),
    ])
    func `a drain is allowed where enough others stay`(row: Row) {
        let rule = CapacityRule(
            survey: Self.reading(row.start), pools: [PoolID(name: "web")],
            policy: RolloutPolicy(minInService: row.minimum), batchSize: row.batchSize)
        let objection = rule.objection(
            toTaking: row.taken.map(Self.target), moved: Set(row.moved.map(Self.target)), in: Self.reading(row.now))
        #expect((objection == nil) == row.isAllowed)
    }

    @Test func `downtime can be allowed`() {
        let rule = CapacityRule(
            survey: Self.reading("s"), pools: [PoolID(name: "web")], policy: RolloutPolicy(allowsDowntime: true),
            batchSize: 1)
        #expect(rule.objection(toTaking: [Self.target(0)], moved: [], in: Self.reading("s")) == nil)
    }

    @Test func `each pool is counted by itself`() {
        let pools = ["a", "b"].map { PoolID(name: $0) }
        let targets = pools.map { TargetID(pool: $0, name: "web-1") }
        let reading = PoolReading([
            Target(id: targets[0], state: .inService), Target(id: targets[1], state: .inService),
            Target(id: TargetID(pool: pools[0], name: "web-2"), state: .inService),
        ])
        let rule = CapacityRule(
            survey: reading, pools: Set(pools), policy: RolloutPolicy(minInService: .count(1)), batchSize: 1)
        #expect(rule.objection(toTaking: [targets[0]], moved: [], in: reading) == nil)
        let shortage = rule.objection(toTaking: targets, moved: [], in: reading)
        #expect(shortage == CapacityShortage(pool: pools[1], remaining: 0, required: 1))
    }
}
