import DeployModel
import TestSupport

/// A host as it really is, with its app and its target, whatever the machine believes.
struct SimulatedHost {
    enum AppHealth {
        case good
        case bad
        /// Good from this long after the start.
        case slow(Duration)
        /// Good and bad in turn, this long each.
        case flapping(Duration)
        /// Good until this long after the start.
        case failing(after: Duration)
    }

    enum Admin: Equatable {
        case ready
        case drained(since: Duration)
        case maintenance
        case absent
    }

    /// A release on its disk.
    struct Held: Equatable {
        var digest: String? = "digest-old"
        var isGood = true
    }

    var name: HostName
    var link: ReleaseID?
    /// What the running app was started from.
    var running: ReleaseID?
    var startedAt: Duration = .seconds(-1000)
    /// Complete releases, and how they have done.
    var held: [ReleaseID: Held] = [:]
    var mark: MaintenanceMark?
    /// How each release does on this host; good where nothing is said.
    var health: [ReleaseID: AppHealth] = [:]
    /// Something outside keeps the app down until then.
    var downUntil: Duration = .zero
    /// Without power: nothing on it answers.
    var isDown = false
    /// What runs have noted on its disk, and who holds the lease.
    var records = SimulatedRecords()

    var targets: [TargetID] = []
    var floor: CapacityFloor?
    var admin: Admin = .ready
    /// What was there before the run, for the comparison at the end.
    var priorValue = "weight-1"
    var restoredValue: String?
    /// What its dead-man switch would do now; `nil` where it is not armed.
    var deadMan: DeadManOrder?
    /// What that would go back to.
    var beforeDrain: ReleaseID?
    /// It has acted for itself.
    var hasFired = false
    /// The run has been told so.
    var isKnownToHaveFired = false
    /// From when the balancer believes in a healthy app.
    var believedFrom: Duration = .seconds(-1000)
    /// How long in-flight work takes to end.
    var drainTime: Duration = .zero
    var countsInFlight = true

    /// What the link names; of a release that nothing is said of, the old one.
    var live: Held {
        get { link.flatMap { held[$0] } ?? Held() }
        set { if let link { held[link] = newValue } }
    }

    func isAppHealthy(at now: Duration) -> Bool {
        guard now >= downUntil, !isDown else { return false }
        guard let running else { return true }
        switch health[running] ?? .good {
        case .good: return true
        case .bad: return false
        case .slow(let delay): return now - startedAt >= delay
        case .flapping(let period): return Int((now - startedAt) / period) % 2 == 0
        case .failing(let delay): return now - startedAt < delay
        }
    }

    func targetState(at now: Duration) -> TargetState {
        switch admin {
        case .absent: return .absent
        case .maintenance: return .out("maint")
        case .ready:
            return isAppHealthy(at: now) && now >= believedFrom ? .inService : .unhealthy("L4CON")
        case .drained(let since):
            let isBusy = now - since < drainTime
            if countsInFlight { return .draining(inFlight: isBusy ? 3 : 0) }
            return isBusy ? .draining(inFlight: nil) : .absent
        }
    }

    /// What the balancer shows of what is there to be restored: of a target that is out of it, nothing.
    var readValue: String {
        switch admin {
        case .ready, .maintenance: priorValue
        case .drained, .absent: "none"
        }
    }

    func isInService(at now: Duration) -> Bool { targetState(at: now).isInRotation }

    /// Its switch fires, where one is armed.
    mutating func fire(at now: Duration) {
        guard let deadMan, !hasFired else { return }
        hasFired = true
        guard deadMan == .restore, link != beforeDrain else { return }
        link = beforeDrain
        restart(at: now)
    }

    mutating func restart(at now: Duration) {
        running = link
        startedAt = now
    }

    /// Everything stops at once; of what was not on the disk yet, some is lost.
    ///
    /// - Returns: whether a line of a journal is torn by it.
    mutating func losePower(_ random: inout SeededGenerator) -> Bool {
        isDown = true
        return records.losePower(&random)
    }

    /// The service starts with the machine, from what the link names.
    mutating func boot(at now: Duration) {
        isDown = false
        restart(at: now)
    }
}
