package import DeployModel
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Stands between a run and its side effects: makes sure of the lease, notes on the host what is about to be done, and
/// then what came of it.
///
/// What leads out of service waits for its note and fails without it. What leads back into service does not: a host that is
/// gone must not keep its target out.
package final class RunRecorder: Sendable {
    private struct Memory {
        /// As the last readings of the pools showed them.
        var priors: [TargetID: TargetPrior] = [:]
        /// What a host can go back to: as inspected, and where an earlier run left it in the middle, what it had before that.
        var live: [HostName: ReleaseID] = [:]
    }

    private let lease: any RunLease
    private let journal: any RunJournal
    /// The first step of a phase that cannot be undone.
    private let irreversibleSteps: [StepPhase: String]
    private let restored: [HostName: ReleaseID]
    private let clock: any RolloutClock
    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - inherited: what an earlier run recorded of targets before it drained them.
    ///   - restored: what hosts had before an earlier run left them in the middle.
    ///   - irreversibleSteps: by phase, the name of a step that cannot be undone: noted before the phase runs.
    package init(
        lease: any RunLease, journal: any RunJournal, inherited: [TargetRestoration] = [],
        restored: [HostName: ReleaseID] = [:], irreversibleSteps: [StepPhase: String] = [:], clock: any RolloutClock
    ) {
        self.restored = restored
        self.lease = lease
        self.journal = journal
        self.irreversibleSteps = irreversibleSteps
        self.clock = clock
        memory.withLock { memory in
            for each in inherited { memory.priors[each.target] = each.prior }
        }
    }

    /// To be called before a call is performed.
    ///
    /// - Returns: why it must not be.
    func begin(_ call: PortCall, _ events: any EventPublisher) async -> DeployError? {
        if let refusal = await refusal(of: call) { return refusal }
        do throws(DeployError) {
            if case .runSteps(_, let phase, let release, _) = call, let step = irreversibleSteps[phase] {
                try await journal.markIrreversible(release, step: step)
            }
            guard let entry = entry(for: call, .begun) else { return nil }
            try await journal.record(entry.value, on: entry.host)
            // Writing takes its time, and this machine may have slept in it.
            return await refusal(of: call)
        } catch {
            if case .enable(let host, _) = call {
                events.publish(.warning(host: host, message: "could not be noted on the host: \(error.message)"))
                return nil
            }
            var error = error
            // The link certainly names what it named.
            if case .switchLink = call { error.code = .switchFailed }
            return error
        }
    }

    /// Why the lease forbids a call now.
    func refusal(of call: PortCall) async -> DeployError? {
        do throws(DeployError) {
            if call.needsLease { try await lease.confirm() }
        } catch {
            var error = error
            // The link certainly names what it named.
            if case .switchLink = call { error.code = .switchFailed }
            return error
        }
        if case .enable(let host, _) = call, await lease.isTaken() {
            // That run has read what was drained here, and may be at work on the host.
            return DeployError(.leaseLost, host: host, "another run has taken the lease: it puts this host back")
        }
        return nil
    }

    /// To be called with what came of a call.
    func end(_ call: PortCall, _ answer: PortAnswer, _ events: any EventPublisher) async {
        remember(call, answer)
        guard let entry = entry(for: call, answer.error == nil ? .done : .failed) else { return }
        do throws(DeployError) {
            try await journal.record(entry.value, on: entry.host)
        } catch {
            // What it was about to do is noted, and whoever takes over looks at the host and the balancer anyway.
            events.publish(
                .warning(host: entry.host, message: "the end could not be noted on the host: \(error.message)"))
        }
    }

    // MARK: Private

    private func remember(_ call: PortCall, _ answer: PortAnswer) {
        memory.withLock { memory in
            switch (call, answer) {
            case (.takeSnapshot, .snapshot(let targets)):
                for target in targets where target.state.isInRotation || memory.priors[target.id] == nil {
                    memory.priors[target.id] = target.prior
                }
            case (.inspect(let host, _), .inspected(let facts)):
                memory.live[host] = restored[host] ?? facts.live?.id
            default: break
            }
        }
    }

    private func entry(for call: PortCall, _ state: JournalEntry.State) -> (value: JournalEntry, host: HostName)? {
        let time = clock.date
        switch call {
        case .drain(let host, let targets):
            let (moved, live) = memory.withLock { memory in
                (
                    targets.map { TargetRestoration(target: $0, prior: memory.priors[$0] ?? TargetPrior()) },
                    memory.live[host]
                )
            }
            return (JournalEntry(.drain, state, at: time, targets: moved, previous: live), host)
        case .enable(let host, let targets):
            return (JournalEntry(.enable, state, at: time, targets: targets), host)
        case .switchLink(let host, let release):
            let live = memory.withLock { $0.live[host] }
            return (JournalEntry(.switch, state, at: time, release: release, previous: live), host)
        case .runSteps(let host, let phase, let release, _) where phase != .prepare && phase != .failed:
            return (JournalEntry(.steps, state, at: time, release: release, phase: phase), host)
        case .markGood(let host, let release) where state != .begun:
            return (JournalEntry(.good, state, at: time, release: release), host)
        case .inspect, .upload, .runSteps, .markGood, .markBad, .probe, .disarm, .checkBalancer, .resolveTargets,
            .takeSnapshot,
            .force, .prepareReturn, .askApproval, .runHook:
            return nil
        }
    }
}

extension PortCall {
    /// It changes something that another run could be changing too. Putting a host back into service does not count: as
    /// long as no other run has come, only the one that took it out can know that it should.
    fileprivate var needsLease: Bool {
        switch self {
        // What prepares a return keeps traffic away until it is enabled: from a host that another run has put back, too.
        case .upload, .switchLink, .drain, .force, .prepareReturn: true
        case .runSteps(_, let phase, _, _): phase != .failed
        case .inspect, .markGood, .markBad, .probe, .disarm, .checkBalancer, .resolveTargets, .takeSnapshot,
            .enable, .askApproval, .runHook:
            false
        }
    }
}
