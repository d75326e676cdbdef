import DeployModel
import TestSupport

@testable import Rollout

/// One process that carries out one command, with all that it alone knows: what is lost when it vanishes.
struct SimulatedController {
    /// What comes to it, or what it comes to.
    enum Message {
        /// It asks for the lease, by itself again until it gives up.
        case askForLease(until: Duration)
        /// The opening lines of its journal are written.
        case opened
        case input(RolloutInput)
        case timer(Ticket, due: Duration)
        /// What it is about to do was written down when it says.
        case noted(PortCall, Ticket, SimulatedFleet.Performance, since: Duration?)
        case answered(PortCall, Ticket, PortAnswer)
        /// What came of it is written down too.
        case told(Ticket, PortAnswer)
        case renewsLease
        /// The last lines of its journal are written.
        case closed
        case leaves(Departure)
    }

    enum Life: Equatable {
        case alive
        case frozen
        case gone(Departure)
    }

    enum Departure: Equatable {
        case vanished
        /// Its outcome was said.
        case finished
        /// Another run has the lease.
        case refusedTheLease
        case refused(DeployError)
        case hadNothingToDo
    }

    let number: Int
    let attempt: CrashScenario.Attempt
    let desk = JournalDesk()
    var lease: SimulatedLease
    var life: Life = .alive
    var handled = 0
    /// What came while it stood still.
    var inbox: [Message] = []
    var plan: Plan?
    var account: RunAccount?
    var recorder: RunRecorder?
    var machine: (any RolloutDecisions)?
    var startedAt: Duration?
    /// How long it stood still since it started.
    var frozenFor: Duration = .zero
    var outcome: RunOutcome?
    /// The runs that count as one with this for what is done once.
    var chain: Int
    var hasLostLease = false

    init(number: Int, attempt: CrashScenario.Attempt) {
        self.number = number
        self.attempt = attempt
        chain = number
        lease = SimulatedLease(run: Self.run(number))
    }

    /// Runs are ordered by their ids.
    static func run(_ number: Int) -> String { "run-\(100 + number)" }

    var run: String { lease.run }

    var isGone: Bool {
        if case .gone = life { true } else { false }
    }

    /// It could still do something.
    var isAtWork: Bool { !isGone && machine != nil && outcome == nil }

    /// It has the files of what it deploys.
    func hasFiles(of release: ReleaseID) -> Bool {
        if case .deploy(release) = attempt.command { true } else { false }
    }
}
