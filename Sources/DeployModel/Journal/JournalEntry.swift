#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One line of a run's journal: what the run is about to do, or has done. It is on the host's disk before the act.
package struct JournalEntry: Sendable, Hashable, Codable {
    package enum Act: String, Sendable, Hashable, Codable {
        /// The run itself; the first line on every host.
        case run
        case drain, enable
        case `switch`
        case steps
        /// The release was noted as one that serves.
        case good
        /// The host's dead-man switch acted, as it had not heard of the run any more; noted by the host itself.
        case deadMan = "dead_man"
        /// The run has said how it ended.
        case finished
        /// Another run has taken over what was left.
        case closed
        /// Another run has put this host in order, and has not come to all that were left.
        case settled
    }

    package enum State: String, Sendable, Hashable, Codable {
        case begun, done, failed
    }

    /// The version of this format. A line of a newer one means that nothing can be said of its run.
    package static let currentFormat = 1

    package var format: Int
    package var time: Date
    package var act: Act
    package var state: State
    /// Of `run`.
    package var header: RunHeader?
    /// Of a drain or an enable: what is moved, and how it was before.
    package var targets: [TargetRestoration]?
    /// What is made live, or noted as good. Of a dead-man switch: what it put back.
    package var release: ReleaseID?
    /// What was live when the run began.
    package var previous: ReleaseID?
    package var phase: StepPhase?
    /// Of `finished`: the state of the fleet.
    package var fleet: RunOutcome.FleetState?
    /// Of `finished`: how the run came to its end; absent in journals of the first versions.
    package var ending: RunOutcome.Ending?
    /// Of `closed` and `settled`: the run that has taken over.
    package var successor: String?
    /// Of a dead-man switch: whether the host put itself back into rotation; absent where it was not to.
    package var hasRejoined: Bool?

    package init(
        _ act: Act, _ state: State, at time: Date, header: RunHeader? = nil, targets: [TargetRestoration]? = nil,
        release: ReleaseID? = nil, previous: ReleaseID? = nil, phase: StepPhase? = nil,
        fleet: RunOutcome.FleetState? = nil, ending: RunOutcome.Ending? = nil, successor: String? = nil
    ) {
        format = Self.currentFormat
        self.time = time
        self.act = act
        self.state = state
        self.header = header
        self.targets = targets
        self.release = release
        self.previous = previous
        self.phase = phase
        self.fleet = fleet
        self.ending = ending
        self.successor = successor
    }
}

/// What a run is, as its journal says it on every host.
package struct RunHeader: Sendable, Hashable, Codable {
    package var run: String
    package var service: String
    package var purpose: Plan.Purpose
    package var who: String
    package var link: String?
    package var release: ReleaseID
    package var contentDigest: String
    package var gitCommit: String?
    package var batches: [[HostName]]
    package var runsOnceSteps: Bool
    /// The run that this one goes on with.
    package var resumes: String?
    /// `once` steps that ran before, in the runs that this one goes on with.
    package var onceStepsDone: [StepPhase]

    package init(
        run: String, service: String, purpose: Plan.Purpose, who: String, link: String? = nil, release: ReleaseID,
        contentDigest: String, gitCommit: String? = nil, batches: [[HostName]], runsOnceSteps: Bool,
        resumes: String? = nil, onceStepsDone: [StepPhase] = []
    ) {
        self.run = run
        self.service = service
        self.purpose = purpose
        self.who = who
        self.link = link
        self.release = release
        self.contentDigest = contentDigest
        self.gitCommit = gitCommit
        self.batches = batches
        self.runsOnceSteps = runsOnceSteps
        self.resumes = resumes
        self.onceStepsDone = onceStepsDone
    }
}
