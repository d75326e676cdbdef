import DeployModel
import TestSupport

@testable import Rollout

/// One rollout of a scenario, with its safety watched after every step.
struct Simulation {
    /// Far more than any scenario needs.
    private static let inputLimit = 50_000

    private var scenario: SimulationScenario
    private var dice: CallDice
    private var watch: SafetyWatch

    init(seed: UInt64) {
        scenario = SimulationScenario(seed: seed)
        dice = CallDice(SeededGenerator(simulation: seed ^ 0xFA17), faultRate: scenario.faultRate)
        watch = SafetyWatch(scenario: scenario)
    }

    struct Result {
        /// Empty when every property held.
        var violations: [String]
        /// What the run has been through.
        var landmarks: Set<String>
    }

    /// Drives one seed to its end.
    ///
    /// - Parameter mutant: the machine with a mistake that is driven instead of the right one.
    static func result(seed: UInt64, of mutant: Mutant? = nil) -> Result {
        var simulation = Simulation(seed: seed)
        let plan = simulation.scenario.plan
        let capabilities = simulation.scenario.capabilities
        simulation.run(
            mutant?.machine(plan: plan, capabilities: capabilities)
                ?? RolloutStateMachine(plan: plan, run: "run-\(seed)", capabilities: capabilities))
        return Result(violations: simulation.watch.violations, landmarks: simulation.watch.landmarks)
    }

    /// The story of a seed, for a person: what was asked, what came in, what was published.
    static func story(seed: UInt64) -> [String] {
        var simulation = Simulation(seed: seed)
        simulation.watch.keepsStory = true
        simulation.run(
            RolloutStateMachine(
                plan: simulation.scenario.plan, run: "run-\(seed)", capabilities: simulation.scenario.capabilities))
        return simulation.watch.story
    }

    // MARK: Private

    private mutating func run(_ decisions: any RolloutDecisions) {
        var machine = decisions
        scenario.fleet.schedule(.input(.start), after: .zero)
        for each in scenario.outside { scenario.fleet.schedule(.input(each.input), after: each.time) }
        var handled = 0
        while let event = scenario.fleet.next() {
            if scenario.fleet.outcome != nil {
                late(event, &machine)
                continue
            }
            handled += 1
            guard handled < Self.inputLimit else {
                watch.violate("the run does not end")
                return
            }
            switch event {
            case .input(let input):
                handle(input, &machine)
            case .answer(_, let ticket, let answer):
                deliver(ticket, answer, &machine)
            case .end(let call, let ticket, let performance):
                deliver(ticket, scenario.fleet.perform(call, performance), &machine)
            case .disturbance(let disturb):
                disturb(&scenario.fleet)
            }
        }
        if scenario.fleet.outcome == nil { watch.violate("the machine waits for nothing, for ever") }
    }

    /// What comes after the end changes nothing.
    private mutating func late(_ event: SimulatedFleet.Event, _ machine: inout any RolloutDecisions) {
        let actions: [RolloutAction]
        switch event {
        case .input(let input): actions = machine.handle(input, at: scenario.fleet.now)
        case .answer(_, let ticket, let answer):
            actions = machine.handle(.answered(ticket, answer), at: scenario.fleet.now)
        case .end, .disturbance: return
        }
        if !actions.isEmpty { watch.violate("something happens after the end: \(actions)") }
    }

    private mutating func deliver(_ ticket: Ticket, _ answer: PortAnswer, _ machine: inout any RolloutDecisions) {
        handle(.answered(ticket, answer), &machine)
        if Int(dice.random.next() % 1000) < scenario.duplicateRate {
            scenario.fleet.schedule(.input(.answered(ticket, answer)), after: dice.random.milliseconds(0...5000))
        }
    }

    private mutating func handle(_ input: RolloutInput, _ machine: inout any RolloutDecisions) {
        watch.willHandle(input, at: scenario.fleet.now)
        for action in machine.handle(input, at: scenario.fleet.now) {
            watch.willPerform(action, in: scenario.fleet)
            switch action {
            case .call(let call, let ticket):
                scenario.fleet.begin(call, ticket, dice.performance(of: call))
            case .startTimer(let ticket, let delay):
                scenario.fleet.schedule(.input(.timerFired(ticket)), after: delay)
                if Int(dice.random.next() % 1000) < scenario.duplicateRate {
                    scenario.fleet.schedule(
                        .input(.timerFired(ticket)), after: delay + dice.random.milliseconds(0...3000))
                }
            case .publish: break
            case .finish(let outcome): scenario.fleet.finish(outcome)
            }
        }
        watch.didStep(scenario.fleet)
    }
}
