import DeployModel
import TestSupport

@testable import Rollout

/// One rollout of a scenario, with its safety watched after every step.
struct Simulation {
    /// Far more than any scenario needs.
    private static let inputLimit = 50_000

    private var scenario: SimulationScenario
    private var random: SeededGenerator
    private var watch: SafetyWatch

    init(seed: UInt64) {
        scenario = SimulationScenario(seed: seed)
        random = SeededGenerator(simulation: seed ^ 0xFA17)
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
        if Int(random.next() % 1000) < scenario.duplicateRate {
            scenario.fleet.schedule(.input(.answered(ticket, answer)), after: random.milliseconds(0...5000))
        }
    }

    private mutating func handle(_ input: RolloutInput, _ machine: inout any RolloutDecisions) {
        watch.willHandle(input, at: scenario.fleet.now)
        for action in machine.handle(input, at: scenario.fleet.now) {
            watch.willPerform(action, in: scenario.fleet)
            switch action {
            case .call(let call, let ticket):
                scenario.fleet.begin(call, ticket, performance(of: call))
            case .startTimer(let ticket, let delay):
                scenario.fleet.schedule(.input(.timerFired(ticket)), after: delay)
                if Int(random.next() % 1000) < scenario.duplicateRate {
                    scenario.fleet.schedule(
                        .input(.timerFired(ticket)), after: delay + random.milliseconds(0...3000))
                }
            case .publish: break
            case .finish(let outcome): scenario.fleet.finish(outcome)
            }
        }
        watch.didStep(scenario.fleet)
    }

    private mutating func performance(of call: PortCall) -> SimulatedFleet.Performance {
        var performance = SimulatedFleet.Performance(delay: random.milliseconds(5...300))
        switch call {
        case .upload: performance.delay = random.milliseconds(500...8000)
        case .runSteps: performance.delay = random.milliseconds(50...3000)
        case .askApproval: performance.delay = random.milliseconds(500...90_000)
        default: if random.chance(3) { performance.delay = .seconds(3) }
        }
        performance.actsAtBegin = random.chance(50)
        if Int(random.next() % 1000) < scenario.faultRate {
            performance.hasEffect = random.chance(50)
            performance.error = error(of: call, hasEffect: performance.hasEffect)
        }
        return performance
    }

    private mutating func error(of call: PortCall, hasEffect: Bool) -> DeployError? {
        switch call {
        case .inspect: DeployError(.unreachable, "no answer")
        case .upload: DeployError(random.chance(50) ? .uploadFailed : .connectionLost, "the upload broke off")
        case .runSteps: DeployError(random.chance(70) ? .stepFailed : .connectionLost, "status 1")
        case .switchLink: DeployError(hasEffect ? .connectionLost : .switchFailed, "the link was not switched")
        case .markGood, .markBad, .disarm: DeployError(.connectionLost, "could not be noted")
        case .probe, .askApproval: nil
        case .runHook: DeployError(.hookFailed, "status 1")
        case .checkBalancer, .takeSnapshot: DeployError(.balancerUnreachable, "no answer from the socket")
        case .resolveTargets: random.chance(10) ? DeployError(.ambiguousTarget, "two targets match") : nil
        case .drain, .force, .prepareReturn, .enable: DeployError(.balancerFailed, "no answer from the socket")
        }
    }
}
