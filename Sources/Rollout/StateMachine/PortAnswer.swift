package import DeployModel

/// What came of one call of a port.
package enum PortAnswer: Sendable, Hashable {
    case done
    case inspected(HostFacts)
    case uploaded(UploadResult)
    case observed(HealthObservation)
    /// Warnings, and what the driver can do now that it has looked.
    case balancerChecked([String], BalancerCapabilities)
    case targets([TargetID])
    case snapshot([Target])
    case approved(Bool)
    case failed(DeployError)
}

extension PortAnswer {
    /// Why the call failed, or `nil` when it did what it was asked for.
    var error: DeployError? {
        if case .failed(let error) = self { error } else { nil }
    }

    /// An answer of a kind the call does not have. The coordinator makes the answers, so this is a defect of ours; it
    /// must not stop a rollout in the middle of a drain, so it is a failure like another.
    var mismatch: DeployError {
        error ?? DeployError(.internal, "a call was answered with something else than was asked for")
    }
}
