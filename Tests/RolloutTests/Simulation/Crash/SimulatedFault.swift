@testable import Rollout

/// What goes wrong in ``CrashSimulation``, with the numbers of the fault matrix. `Simulation.md` lists the same.
enum SimulatedFault: String, CaseIterable {
    case hostGone = "1, 6: a host loses its power, in any phase"
    case uploadBreaksOff = "7: an upload breaks off"
    case restartFails = "9: a step fails"
    case neverHealthy = "11: the service does not become healthy"
    case balancerSilentBefore = "13: the balancer does not answer, and no host is out"
    case balancerSilentAfter = "14: the balancer does not answer while a host is out"
    case answerLost = "16: the balancer does what it is asked, and the answer is lost"
    case drainsForEver = "18: a drain does not end in time"
    case drainsLost = "21: the balancer forgets its drains"
    case interrupted = "24, 25: the run is interrupted"
    case controllerGone = "26: the controller vanishes, before any of its steps"
    case standstill = "28: the controller stands still"
    case leaseHeld = "29: two deploys at once"
    case leaseLost = "31: another run has the lease meanwhile"
    case leaseStolen = "30, 31: a person takes the lease away"
    case journalUnwritable = "43: a note cannot be written"
    case tornLine = "44: the last line of a journal is torn"

    /// What it is that a call failed.
    init?(_ call: PortCall, hasEffect: Bool) {
        switch call {
        case .upload: self = .uploadBreaksOff
        case .runSteps: self = .restartFails
        case .drain, .enable, .force, .prepareReturn: self = hasEffect ? .answerLost : .balancerSilentBefore
        case .checkBalancer, .takeSnapshot: self = .balancerSilentBefore
        case .inspect, .switchLink, .markGood, .markBad, .probe, .disarm, .resolveTargets, .askApproval, .runHook:
            return nil
        }
    }
}
