import DeployModel

@testable import Rollout

extension PortCall {
    /// The call as a short sentence, for transcripts.
    var sentence: String {
        switch self {
        case .inspect(let host, _): "inspect \(host)"
        case .upload(let host, let release): "upload \(release.id) to \(host)"
        case .runSteps(let host, let phase, let release, _): "run \(phase.rawValue) of \(release) on \(host)"
        case .switchLink(let host, let release): "switch \(host) to \(release)"
        case .markGood(let host, let release): "mark \(release) good on \(host)"
        case .markBad(let host, let release): "mark \(release) bad on \(host)"
        case .probe(let host, _): "probe \(host)"
        case .disarm(let host): "disarm \(host)"
        case .checkBalancer: "check the balancer"
        case .resolveTargets(let host): "resolve \(host)"
        case .takeSnapshot: "read the pools"
        case .drain(let host, _): "drain \(host)"
        case .force(let host, _): "force \(host)"
        case .prepareReturn(let host, _): "prepare the return of \(host)"
        case .enable(let host, _): "enable \(host)"
        case .askApproval(let canary): "ask about \(canary.map(\.text).joined(separator: ", "))"
        case .runHook(let call): "run the hook \(call.moment.rawValue)"
        }
    }

    /// The host it is about; `nil` for the balancer as a whole.
    var host: HostName? {
        switch self {
        case .inspect(let host, _), .upload(let host, _), .runSteps(let host, _, _, _), .switchLink(let host, _),
            .markGood(let host, _), .markBad(let host, _), .probe(let host, _), .resolveTargets(let host),
            .drain(let host, _), .disarm(let host),
            .force(let host, _), .prepareReturn(let host, _), .enable(let host, _):
            host
        case .checkBalancer, .takeSnapshot, .askApproval, .runHook: nil
        }
    }

    /// A call of the host's executor, of which there is one at a time.
    var isOnExecutor: Bool {
        switch self {
        case .inspect, .upload, .runSteps, .switchLink, .markGood, .markBad: true
        case .probe, .disarm, .checkBalancer, .resolveTargets, .takeSnapshot, .drain, .force, .prepareReturn, .enable,
            .askApproval, .runHook:
            false
        }
    }
}
