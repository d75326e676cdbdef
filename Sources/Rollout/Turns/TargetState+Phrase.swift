package import DeployModel

extension TargetState {
    /// For messages: `in service`, `unhealthy (L4CON)`.
    package var phrase: String {
        switch self {
        case .inService, .assumedInService: "in service"
        case .warming(let reason): "warming (\(reason))"
        case .unhealthy(let reason): "unhealthy (\(reason))"
        case .draining(let inFlight?): "draining, \(inFlight) in flight"
        case .draining(nil): "draining"
        case .out(let reason): "out (\(reason))"
        case .absent: "not registered"
        case .unknown(let reason): "unknown (\(reason))"
        }
    }

    var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}
