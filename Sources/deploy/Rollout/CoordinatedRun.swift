import DeployModel
import Dispatch
import HealthChecks
import Reporting
import Rollout

/// A coordinator at work: signals reach it, the connections end with it, its outcome becomes an exit code.
struct CoordinatedRun {
    private let coordinator: RolloutCoordinator
    private let session: Session
    private let stops: StopRequests
    private let console: Console
    /// Looks at the public address meanwhile, where that is asked for.
    private let watch: PublicWatch?

    init(
        _ coordinator: RolloutCoordinator, _ session: Session, _ stops: StopRequests, _ console: Console,
        watch: PublicWatch? = nil
    ) {
        self.coordinator = coordinator
        self.session = session
        self.stops = stops
        self.console = console
        self.watch = watch
    }

    /// What hosts in hand have to be finished or put back where nobody sits there: a CI cancels with SIGINT, after 7.5 s
    /// with SIGTERM, and kills after 2.5 s more.
    private static let budget: Duration = .seconds(7)
    /// When the process ends in any case: connections that stand still must not keep the last word from being written.
    private static let lastMoment: Duration = .seconds(9)

    func perform() async -> ExitCode {
        let outcome = await outcome()
        await session.close()
        return ExitCode(outcome, signal: stops.first)
    }

    /// Leaves the connections open.
    func outcome() async -> RunOutcome {
        stops.forward { [coordinator, console, session, stops] _, count in
            // A CI sends its signals to a whole group and more than once; only a person means something by the second.
            guard console.isInteractive else {
                coordinator.interrupt(.hurried(Self.budget))
                if count == 1 { Self.endLater(session, stops, console) }
                return
            }
            guard count > 1 else { return coordinator.interrupt(.orderly) }
            guard count > 2 else { return coordinator.interrupt(.immediate) }
            console.tell([StyledLine("ended at once: the hosts are as they were at this moment", .bad)])
            console.flush()
            Program.end(.needsPerson)
        }
        return await watchedRun()
    }

    // MARK: Private

    private func watchedRun() async -> RunOutcome {
        guard let watch else { return await coordinator.run() }
        let watching = Task { [coordinator] in  // ended and awaited right below
            await watch.run { coordinator.reportFailedWatch($0) }
        }
        let outcome = await coordinator.run()
        watching.cancel()
        await watching.value
        return outcome
    }

    private static func endLater(_ session: Session, _ stops: StopRequests, _ console: Console) {
        DispatchQueue(label: "deploy.last-moment").asyncAfter(deadline: .now() + lastMoment / .seconds(1)) {
            console.flush()
            Program.end(session.ending.outcome.map { ExitCode($0, signal: stops.first) } ?? .needsPerson)
        }
    }
}
