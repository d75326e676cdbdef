#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a host's dead-man switch has done, as it noted it in the journal of its run.
package struct DeadManReport: Sendable, Hashable {
    /// The run that had vanished.
    package var run: String
    package var time: Date
    /// `begun`: it is at work, or was ended in the middle of it.
    package var state: JournalEntry.State
    /// The release that it made live again and started anew; `nil` where the host was as before.
    package var restored: ReleaseID?
    /// Whether `balancer.rejoin` succeeded; `nil` where it was not run.
    package var hasRejoined: Bool?

    package init(
        run: String, time: Date, state: JournalEntry.State, restored: ReleaseID? = nil, hasRejoined: Bool? = nil
    ) {
        self.run = run
        self.time = time
        self.state = state
        self.restored = restored
        self.hasRejoined = hasRejoined
    }

    /// - Returns: `nil` for an entry about something else.
    package init?(_ entry: JournalEntry, run: String) {
        guard entry.act == .deadMan else { return nil }
        self.init(
            run: run, time: entry.time, state: entry.state, restored: entry.release, hasRejoined: entry.hasRejoined)
    }

    /// What became of the host, for people: `it went back to release r1 and rejoined the balancer by itself`.
    package var phrase: String {
        switch state {
        case .begun: return "it began to act for itself"
        case .failed where hasRejoined == false:
            let before = restored.map { "it went back to release \($0), and " } ?? ""
            return before + "`balancer.rejoin` failed"
        case .failed: return "it could not go back to the release before"
        case .done:
            let rejoined = hasRejoined == true
            guard let restored else {
                return rejoined ? "it rejoined the balancer by itself" : "there was nothing to put back"
            }
            return "it went back to release \(restored)" + (rejoined ? " and rejoined the balancer" : "") + " by itself"
        }
    }
}

/// A host's dead-man switch as it stands.
package struct DeadManReading: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        /// It acts after so long, unless it hears of the run.
        case armed(DeadManOrder, remaining: Duration)
        /// The process that was to act is gone, such as after a restart of the host.
        case broken
        /// It is acting.
        case firing
        case fired
    }

    package var run: String
    package var state: State

    package init(run: String, state: State) {
        self.run = run
        self.state = state
    }
}

/// What a dead-man switch is to do when its time is over.
package enum DeadManOrder: String, Sendable, Hashable {
    /// Make the previous release live again, start it anew, and rejoin the balancer where it can.
    case restore
    /// What is live is proven healthy: rejoin the balancer where it can.
    case rejoin
}

extension DeployError {
    /// Why a host is not touched any more that has acted for itself.
    package static func deadManFired(on host: HostName) -> DeployError {
        DeployError(
            .deadManFired, host: host,
            "the host had not heard of the run for too long: its dead-man switch fired, and it acted for itself",
            hint: "`deploy resume` goes on from there; `deploy abort` proves the host healthy and enables it")
    }
}
