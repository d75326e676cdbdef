package import DeployModel

/// What a machine is told. Time comes beside each input.
package enum RolloutInput: Sendable, Hashable {
    case start
    case answered(Ticket, PortAnswer)
    case timerFired(Ticket)

    case interrupt(Interrupt)
    /// Another run may hold the lease now.
    case leaseLost
    /// Another run has the lease, or has had it: what this one has in hand is that run's now.
    case leaseTaken
    /// The watch over the public address saw more failures than allowed.
    case watchFailed(DeployError)
    /// The clock moved on while we did not run: a machine that slept, a process that was stopped.
    case clockJumped(by: Duration)
    /// A host's dead-man switch has fired.
    case deadManFired(HostName)
}

/// How urgently a person or a CI asks for the end.
package enum Interrupt: Sendable, Hashable {
    /// Start no new host; before the switch put back, after it go on to healthy and enable. Asking again is harmless.
    case orderly
    /// As orderly, and over within this time: what is not done by then is left as it is, to the hosts' dead-man switches.
    case hurried(Duration)
    /// Stop now and say what is left.
    case immediate
}
