package import DeployModel

/// Everything a run acts through.
package struct RolloutPorts: Sendable {
    /// One for each host of the plan.
    package var executors: [HostName: any HostExecutor]
    /// `nil` where there is none.
    package var balancer: (any Balancer)?
    /// One for each host of the plan, where the plan declares a health check.
    package var probes: [HostName: any HealthProbe]
    package var clock: any RolloutClock
    package var events: any EventPublisher
    /// After the last batch; `nil` where none is declared.
    package var publicCheck: PublicCheck?
    /// Who approves of a canary during the run; `nil` where nobody can be asked.
    package var approver: (any Approver)?
    /// What runs the user's programs; `nil` where there are none.
    package var hooks: (any RolloutHooks)?
    /// What a run notes, and the right it acts by; `nil` for a run that changes no release.
    package var recorder: RunRecorder?
    /// What hosts do for themselves once the run has vanished; `nil` where they do nothing.
    package var deadMan: DeadManGuard?

    package init(
        executors: [HostName: any HostExecutor], balancer: (any Balancer)?, probes: [HostName: any HealthProbe],
        clock: any RolloutClock, events: any EventPublisher, recorder: RunRecorder? = nil
    ) {
        self.executors = executors
        self.balancer = balancer
        self.probes = probes
        self.clock = clock
        self.events = events
        self.recorder = recorder
    }
}
