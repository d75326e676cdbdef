import DeployModel
import TestSupport

@testable import Rollout

/// Draws what becomes of each call: how long it takes, whether it fails, and whether it did what it should all the same.
struct CallDice {
    var random: SeededGenerator
    /// Calls that fail, in per mille.
    var faultRate: Int

    init(_ random: SeededGenerator, faultRate: Int) {
        self.random = random
        self.faultRate = faultRate
    }

    mutating func performance(of call: PortCall) -> SimulatedFleet.Performance {
        var performance = SimulatedFleet.Performance(delay: random.milliseconds(5...300))
        switch call {
        case .upload: performance.delay = random.milliseconds(500...8000)
        case .runSteps: performance.delay = random.milliseconds(50...3000)
        case .askApproval: performance.delay = random.milliseconds(500...90_000)
        default: if random.chance(3) { performance.delay = .seconds(3) }
        }
        performance.actsAtBegin = random.chance(50)
        if Int(random.next() % 1000) < faultRate {
            performance.hasEffect = random.chance(50)
            performance.error = error(of: call, hasEffect: performance.hasEffect)
        }
        return performance
    }

    // MARK: Private

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
