package import DeployModel
import Synchronization

/// Stands between a run and the dead-man switches of its hosts.
///
/// A host's switch is armed before the first call that moves its traffic or changes what is live on it; then each such call
/// waits until it is certain that the switch has not fired and has time enough. Before traffic is let in, what is live is
/// proven, so the switch is told that only the way back into rotation is left to it. With the end of the host's turn it is
/// taken away. One that could not be armed is worth a warning, and keeps nobody from going on.
package final class DeadManGuard: Sendable {
    private struct Switch {
        var order: DeadManOrder
        /// When the last order was given that the host took, by our clock.
        var renewed: Duration
        /// The link or the old release was touched since the host was drained.
        var isTouched = false
        var hasFired = false
    }

    private struct Memory {
        /// As inspected.
        var live: [HostName: ReleaseID] = [:]
        var switches: [HostName: Switch] = [:]
        /// Hosts that were asked, and have none.
        var without: Set<HostName> = []
        /// What takes a host's switch away.
        var disarming: [HostName: Task<Void, Never>] = [:]
    }

    private let release: ReleaseID
    /// What a host goes back to where that is not what was live when it was inspected.
    private let restored: [HostName: ReleaseID]
    private let time: Duration
    private let executors: [HostName: any HostExecutor]
    private let clock: any RolloutClock
    private let memory = Mutex(Memory())

    /// - Returns: `nil` where the plan has no switches, or the release before may not work any more: behind a step that
    ///   cannot be undone a host waits for a person.
    package init?(for plan: Plan, executors: [HostName: any HostExecutor], clock: any RolloutClock) {
        guard let time = plan.deadMan.time, plan.irreversibleStep == nil else { return nil }
        release = plan.release.id
        restored = plan.restored
        self.time = time
        self.executors = executors
        self.clock = clock
    }

    /// To be called before a call is performed.
    ///
    /// - Returns: why it must not be.
    func begin(_ call: PortCall, _ events: any EventPublisher) async -> DeployError? {
        switch call {
        case .drain(let host, _): await secure(host, touching: false, events)
        case .switchLink(let host, _), .runSteps(let host, .drained, _, _), .runSteps(let host, .activate, _, _):
            await secure(host, touching: true, events)
        case .prepareReturn(let host, _), .enable(let host, _): await letRejoin(host)
        // Where there is no balancer, it is this call that comes once the release is proven.
        case .markGood(let host, _): isOrderedToRestore(host) ? await letRejoin(host) : nil
        case .runSteps, .inspect, .upload, .markBad, .probe, .disarm, .checkBalancer, .resolveTargets,
            .takeSnapshot, .force, .askApproval, .runHook:
            nil
        }
    }

    /// To be called with what came of a call.
    func end(_ call: PortCall, _ answer: PortAnswer) {
        guard case (.inspect(let host, _), .inspected(let facts)) = (call, answer) else { return }
        memory.withLock { $0.live[host] = facts.live?.id }
    }

    /// Begins to take a host's switch away, where it has one. That is brought to its end whatever becomes of the run: a switch
    /// that stays behind would change a host that the run has done with.
    func disarm(_ host: HostName, _ events: any EventPublisher) {
        memory.withLock { memory in
            memory.without.remove(host)
            guard let removed = memory.switches.removeValue(forKey: host), !removed.hasFired,
                let executor = executors[host]
            else { return }
            memory.disarming[host] = Task {  // awaited before the host is armed again, and when the run ends
                do throws(DeployError) {
                    try await executor.disarmDeadMan()
                    events.publish(.deadManDisarmed(host: host))
                } catch {
                    events.publish(
                        .warning(host: host, message: "its dead-man switch could not be taken away: \(error.message)"))
                }
            }
        }
    }

    /// Waits until every switch is taken away that was to be, or a time is over.
    func settle(within limit: Duration? = nil) async {
        let tasks = memory.withLock { Array($0.disarming.values) }
        guard !tasks.isEmpty else { return }
        let (ends, end) = AsyncStream.makeStream(of: Never.self)
        let all = Task {  // ends with the tasks, which the second call waits for
            for task in tasks { await task.value }
            end.finish()
        }
        guard let limit else { return await all.value }
        let timer = Task { [clock] in  // cancelled right below
            try? await clock.wait(for: limit)
            end.finish()
        }
        for await _ in ends {}
        timer.cancel()
    }

    /// To be called where a host's switch is known to have fired.
    package func noteFired(on host: HostName) {
        memory.withLock { $0.switches[host]?.hasFired = true }
    }

    // MARK: Private

    /// Makes sure that the host puts itself back if the run vanishes now.
    private func secure(_ host: HostName, touching: Bool, _ events: any EventPublisher) async -> DeployError? {
        let known = memory.withLock { memory in
            if touching { memory.switches[host]?.isTouched = true }
            return memory.switches[host]
        }
        guard let known else { return await arm(host, touching: touching, events) }
        // Traffic may always be taken away, from a host that has acted for itself too.
        if known.hasFired { return touching ? .deadManFired(on: host) : nil }
        guard known.order != .restore || isOld(known) else { return nil }
        let error = await give(.restore, to: host)
        return error?.code == .deadManFired || touching ? error : nil
    }

    private func arm(_ host: HostName, touching: Bool, _ events: any EventPublisher) async -> DeployError? {
        let (pending, previous, isWithout) = memory.withLock { memory in
            (memory.disarming[host], restored[host] ?? memory.live[host], memory.without.contains(host))
        }
        guard let previous, !isWithout, let executor = executors[host] else { return nil }
        await pending?.value
        let begun = clock.now
        do throws(DeployError) {
            try await executor.armDeadMan(restoring: previous, from: release, after: time)
        } catch {
            guard error.code != .deadManFired else { return error }
            _ = memory.withLock { $0.without.insert(host) }
            events.publish(
                .warning(host: host, message: "goes without a dead-man switch: \(error.message)"))
            return nil
        }
        memory.withLock { memory in
            memory.switches[host] = Switch(order: .restore, renewed: begun, isTouched: touching)
        }
        events.publish(.deadManArmed(host: host, after: time))
        return nil
    }

    /// Leaves to the host only the way back into rotation. A host that nothing was done on is let in even where it cannot be
    /// asked: one that is gone must not keep its target out.
    private func letRejoin(_ host: HostName) async -> DeployError? {
        guard let known = memory.withLock({ $0.switches[host] }) else { return nil }
        if known.hasFired { return .deadManFired(on: host) }
        guard known.order != .rejoin || isOld(known) else { return nil }
        let error = await give(.rejoin, to: host)
        return error?.code == .deadManFired || known.isTouched ? error : nil
    }

    private func isOrderedToRestore(_ host: HostName) -> Bool {
        memory.withLock { $0.switches[host]?.order == .restore }
    }

    private func give(_ order: DeadManOrder, to host: HostName) async -> DeployError? {
        guard let executor = executors[host] else { return nil }
        let begun = clock.now
        do throws(DeployError) {
            try await executor.orderDeadMan(order, within: time)
            memory.withLock { memory in
                memory.switches[host]?.order = order
                memory.switches[host]?.renewed = begun
            }
            return nil
        } catch {
            if error.code == .deadManFired { memory.withLock { $0.switches[host]?.hasFired = true } }
            return error
        }
    }

    /// So much of its time has passed that it may have fired, unless the lease's renewals have reached it.
    private func isOld(_ known: Switch) -> Bool { clock.now - known.renewed > time / 2 }
}
