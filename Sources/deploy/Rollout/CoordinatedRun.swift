import DeployModel
import Reporting
import Rollout

/// A coordinator at work: signals reach it, the connections end with it, its outcome becomes an exit code.
struct CoordinatedRun {
    private let coordinator: RolloutCoordinator
    private let session: Session
    private let stops: StopRequests
    private let console: Console

    init(_ coordinator: RolloutCoordinator, _ session: Session, _ stops: StopRequests, _ console: Console) {
        self.coordinator = coordinator
        self.session = session
        self.stops = stops
        self.console = console
    }

    func perform() async -> ExitCode {
        stops.forward { [coordinator, console] _, count in
            // A CI sends its signals to a whole group and more than once; only a person means something by the second.
            guard console.isInteractive, count > 1 else { return coordinator.interrupt(.orderly) }
            guard count > 2 else { return coordinator.interrupt(.immediate) }
            console.tell([StyledLine("ended at once: the hosts are as they were at this moment", .bad)])
            console.flush()
            Program.end(.needsPerson)
        }
        let outcome = await coordinator.run()
        await session.close()
        return ExitCode(outcome, signal: stops.first)
    }
}
