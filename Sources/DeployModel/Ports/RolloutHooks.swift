/// Runs the programs that the user wants run at named moments.
package protocol RolloutHooks: Sendable {
    /// Runs the hook of a moment to its end, within its own time.
    ///
    /// - Throws: ``DeployError`` `.hookFailed` when it cannot be started, does not end in time or ends with another status
    ///   than 0.
    func run(_ call: HookCall) async throws(DeployError)
}

/// One run of one hook.
package struct HookCall: Sendable, Hashable {
    package var moment: HookMoment
    /// What it is about, which the hook gets as JSON on its standard input.
    package var event: DeployEvent.Kind
    /// The hosts of the batch, or of the run.
    package var hosts: [HostName]
    /// Less than the configuration says, where nobody can wait so long.
    package var limit: Duration?

    package init(_ moment: HookMoment, _ event: DeployEvent.Kind, hosts: [HostName], limit: Duration? = nil) {
        self.moment = moment
        self.event = event
        self.hosts = hosts
        self.limit = limit
    }
}
