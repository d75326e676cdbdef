package import DeployModel

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a run says in journals of itself, and of the runs before it that it has brought to an end.
package struct RunAccount: Sendable {
    private let run: String
    private let who: String
    private let link: String?
    /// What vanished runs have left, which this one takes over.
    package let unfinished: UnfinishedRuns

    /// - Parameters:
    ///   - who: the account and the machine: `ada@laptop`.
    ///   - link: the page of the CI job, where there is one.
    package init(of run: String, by who: String, link: String?, takingOver unfinished: UnfinishedRuns) {
        self.run = run
        self.who = who
        self.link = link
        self.unfinished = unfinished
    }

    /// The first line of its journal, on every host.
    package func opening(_ plan: Plan, at date: Date) -> JournalEntry {
        let header = RunHeader(
            run: run, service: plan.service, purpose: plan.purpose, who: who, link: link, release: plan.release.id,
            contentDigest: plan.release.contentDigest, gitCommit: plan.release.gitCommit,
            batches: plan.batches.map { $0.hosts.map(\.name) }, runsOnceSteps: plan.runsOnceSteps,
            resumes: unfinished.ids.last, onceStepsDone: onceStepsLeftOut(of: plan))
        return JournalEntry(.run, .begun, at: date, header: header)
    }

    /// The last line of its journal, on every host.
    package func ending(_ outcome: RunOutcome, at date: Date) -> JournalEntry {
        JournalEntry(.finished, .done, at: date, fleet: outcome.state, ending: outcome.ending)
    }

    /// What the plan leaves out because it ran before; a run of its own runs its own.
    private func onceStepsLeftOut(of plan: Plan) -> [StepPhase] {
        unfinished.onceSteps.keys.filter { plan.steps[$0]?.isEmpty != false }.sorted { $0.rawValue < $1.rawValue }
    }

    /// The last line of the journals of the runs that this one has taken over, once they are settled.
    package func closing(at date: Date) -> JournalEntry {
        JournalEntry(.closed, .done, at: date, successor: run)
    }

    /// A line in the journals of the runs that this one has taken over, on a host that it has put in order while others
    /// are left.
    package func settling(at date: Date) -> JournalEntry {
        JournalEntry(.settled, .done, at: date, successor: run)
    }
}
