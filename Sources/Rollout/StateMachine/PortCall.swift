package import DeployModel

/// One call of a port, as a value.
package enum PortCall: Sendable, Hashable {
    // A host
    case inspect(HostName, Release)
    case upload(HostName, Release)
    case runSteps(HostName, StepPhase, release: ReleaseID, previous: ReleaseID?)
    case switchLink(HostName, to: ReleaseID)
    case markGood(HostName, ReleaseID)
    case markBad(HostName, ReleaseID)
    case probe(HostName, release: ReleaseID?)
    /// The run has done with the host: it need not act for itself any more. Nobody waits for the answer.
    case disarm(HostName)

    // The balancer
    case checkBalancer
    case resolveTargets(HostName)
    case takeSnapshot(Set<PoolID>)
    case drain(HostName, [TargetID])
    case force(HostName, [TargetID])
    case prepareReturn(HostName, [TargetID])
    case enable(HostName, [TargetRestoration])

    // A person, or a person's program
    case askApproval([HostName])
    case runHook(HookCall)
}
