package import DeployModel

/// Carries a run out: feeds one machine from one queue of inputs, and performs what it answers through the ports.
///
/// It decides nothing. A build has run before there is a plan: a release's digest depends on it. That the clock moved on
/// while we did not run (a machine that slept, a process that was stopped) shows in timers that fire late.
package actor RolloutCoordinator {
    private let ports: RolloutPorts
    private let hosts: [HostName: Host]
    private let inputs: AsyncStream<RolloutInput>
    private nonisolated let queue: AsyncStream<RolloutInput>.Continuation
    private var machine: any RolloutDecisions
    private let release: ReleaseID?
    /// The moments that have a hook.
    private let hookMoments: Set<HookMoment>

    /// A rollout of a plan.
    ///
    /// - Parameter run: the run's id, for the events.
    package init(plan: Plan, run: String, ports: RolloutPorts) {
        let machine = RolloutStateMachine(plan: plan, run: run, capabilities: ports.balancer?.capabilities)
        self.init(machine: machine, hosts: plan.hosts, release: plan.release.id, hookMoments: plan.hooks, ports: ports)
    }

    /// A drain or an enable of a maintenance plan. In its outcome `allNew` is "every host as asked", `allOld` "every host
    /// as it was".
    package init(maintenance plan: MaintenancePlan, run: String, ports: RolloutPorts) {
        let machine = MaintenanceStateMachine(plan: plan, run: run, capabilities: ports.balancer?.capabilities)
        self.init(machine: machine, hosts: plan.hosts, ports: ports)
    }

    private init(
        machine: any RolloutDecisions, hosts: [Host], release: ReleaseID? = nil, hookMoments: Set<HookMoment> = [],
        ports: RolloutPorts
    ) {
        self.machine = machine
        self.release = release
        self.hookMoments = hookMoments
        self.ports = ports
        self.hosts = Dictionary(hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        (inputs, queue) = AsyncStream.makeStream(of: RolloutInput.self)
    }

    /// Carries the run out, to be called once; returns when the fleet is in a state that has a name. A cancellation of
    /// the calling task counts as an orderly interrupt.
    package func run() async -> RunOutcome {
        // Awaited right below. It is a task of its own so that a cancellation reaches the machine as an input, and does
        // not tear the calls of the ports apart in the middle of a drain.
        let rollout = Task { await drive() }
        return await withTaskCancellationHandler {
            await rollout.value
        } onCancel: {
            interrupt()
        }
    }

    /// Asks for the end; callable from a signal source, at any time.
    package nonisolated func interrupt(_ urgency: Interrupt = .orderly) {
        queue.yield(.interrupt(urgency))
    }

    /// Says that another run may hold the lease.
    ///
    /// - Parameter isTaken: one certainly has, or has had it.
    package nonisolated func loseLease(isTaken: Bool) {
        queue.yield(isTaken ? .leaseTaken : .leaseLost)
    }

    /// Says that a host's dead-man switch has fired.
    package nonisolated func reportFiredDeadMan(on host: HostName) {
        queue.yield(.deadManFired(host))
    }

    /// Says that time passed without us.
    package nonisolated func reportClockJump(by jump: Duration) {
        queue.yield(.clockJumped(by: jump))
    }

    /// Says that the watch over the public address saw more failures than allowed.
    package nonisolated func reportFailedWatch(_ error: DeployError) {
        queue.yield(.watchFailed(error))
    }

    // MARK: Private

    /// How long the last word waits for switches that are being taken away. A CI that cancels leaves no more.
    private static let lastDisarming: Duration = .milliseconds(1500)

    /// The outcome once the public address has been looked at, and a hook had its say, where that is asked for.
    private func concluded(_ outcome: RunOutcome) async -> RunOutcome {
        let (check, clock, release) = (ports.publicCheck, ports.clock, release)
        let hook = ports.hooks.map { ClosingHook(moments: hookMoments, hooks: $0, events: ports.events) }
        var judged = outcome
        if outcome.ending != .interrupted, check != nil || hook != nil {
            judged = await untilInterrupted(outcome) { outcome in
                let seen = await check?.judge(outcome, release: release, on: clock) ?? outcome
                return seen.ending == .interrupted ? seen : await hook?.judge(seen, on: clock) ?? seen
            }
        }
        // Little time is left then, and no more of it to interrupt.
        return judged.ending == .interrupted ? await hook?.judge(judged, on: clock) ?? judged : judged
    }

    /// What a judge makes of an outcome. Every host has its own by then: an interrupt ends the judging at once.
    private func untilInterrupted(
        _ outcome: RunOutcome, _ judge: @escaping @Sendable (RunOutcome) async -> RunOutcome
    ) async -> RunOutcome {
        await withTaskGroup(of: RunOutcome?.self) { group in
            group.addTask { await judge(outcome) }
            group.addTask { [inputs] in
                for await input in inputs {
                    if case .interrupt = input { break }
                }
                return nil
            }
            // An interrupt comes as `nil`, and the cancelled judge then says what it had seen.
            var judged: RunOutcome?
            while judged == nil, let next = await group.next() {
                judged = next
                group.cancelAll()
            }
            return judged ?? outcome
        }
    }

    private func drive() async -> RunOutcome {
        queue.yield(.start)
        return await withDiscardingTaskGroup { group in
            for await input in inputs {
                for action in machine.handle(input, at: ports.clock.now) {
                    switch action {
                    case .call(.disarm(let host), _):
                        // At once, and not when a task of the run gets to it: the run may be over by then.
                        ports.deadMan?.disarm(host, ports.events)
                    case .call(let call, let ticket):
                        group.addTask { [ports, hosts, queue] in
                            await ports.perform(call, hosts: hosts) { queue.yield(.answered(ticket, $0)) }
                        }
                    case .startTimer(let ticket, let duration):
                        let timer = LateTimer(duration: duration, startedAt: ports.clock.now)
                        group.addTask { [ports, queue] in
                            // Cancelled only when the run has finished: nobody waits for the timer any more.
                            guard let delay = try? await timer.wait(on: ports.clock) else { return }
                            if delay > .zero { queue.yield(.clockJumped(by: delay)) }
                            queue.yield(.timerFired(ticket))
                        }
                    case .publish(let kind):
                        ports.events.publish(kind)
                    case .finish(let decided):
                        let outcome = await concluded(decided)
                        await ports.deadMan?.settle(within: Self.lastDisarming)
                        // Published before the calls that are still under way have ended: what is left must be said
                        // even where one of them is slow to give up.
                        ports.events.publish(.runFinished(outcome))
                        group.cancelAll()
                        queue.finish()
                        await ports.deadMan?.settle()
                        return outcome
                    }
                }
            }
            preconditionFailure("nothing but the end of the run, right above, finishes the queue")
        }
    }
}
