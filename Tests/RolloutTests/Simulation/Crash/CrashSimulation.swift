import DeployModel
import Foundation
import TestSupport

@testable import Rollout

/// A service whose deploys vanish in the middle, and those that come after them.
///
/// What decides is the real thing: the machine, the recorder that stands before each act, and what reads the journals and
/// plans the way out. Simulated are hosts, disks, the balancer, the lease by its rules, and time.
struct CrashSimulation {
    enum Event {
        /// A person, or a CI, starts the next command; or somebody else does.
        case launch(CrashScenario.Attempt)
        case message(SimulatedController.Message, to: Int)
        /// A call takes effect where it was made, whatever has become of who made it meanwhile.
        case takesEffect(PortCall, Ticket, SimulatedFleet.Performance, by: Int, outlives: Bool)
        /// A line reaches a host's journal, and then its disk.
        case lineArrives(JournalEntry, run: String, HostName, by: Int, outlives: Bool)
        case lineIsSynced(run: String, HostName)
        case wakes(Int)
        case losesPower(HostName, for: Duration)
        case boots(HostName)
        case disturbance(@Sendable (inout SimulatedFleet) -> Void)
        case leaseIsStolen
    }

    struct Result {
        /// Empty when every property held.
        var violations: [String]
        /// What the commands have been through.
        var landmarks: Set<String>
        /// What went wrong for them.
        var faults: Set<SimulatedFault>
    }

    /// Far more than any scenario needs.
    private static let eventLimit = 60_000

    let scenario: CrashScenario
    let mutant: CrashMutant?
    var fleet: SimulatedFleet
    var timeline = Timeline<Event>()
    var controllers: [SimulatedController] = []
    var dice: CallDice
    var watch: CrashWatch
    let clock = ManualClock()
    let events: EventLog
    let sink: SecretSink
    /// When each host lost its power last.
    var lostPowerAt: [HostName: Duration] = [:]
    var nextAttempt = 0
    /// Nothing goes wrong any more.
    var isFinale = false
    /// Something has changed hosts or the balancer since the watch looked at them last.
    var hasChanged = true
    private var handled = 0

    init(seed: UInt64, mutant: CrashMutant? = nil) {
        scenario = CrashScenario(seed: seed)
        self.mutant = mutant
        fleet = scenario.fleet
        dice = CallDice(SeededGenerator(simulation: seed ^ 0xD1CE), faultRate: scenario.faultRate)
        watch = CrashWatch(scenario: scenario)
        sink = SecretSink()
        events = EventLog(
            clock: clock, sinks: [sink], redactor: Redactor(mutant == .leaksSecrets ? [] : [SecretSink.secret]))
    }

    /// Drives one seed to its end.
    static func result(seed: UInt64, of mutant: CrashMutant? = nil) async -> Result {
        var simulation = CrashSimulation(seed: seed, mutant: mutant)
        await simulation.run()
        return Result(
            violations: simulation.watch.violations, landmarks: simulation.watch.landmarks,
            faults: simulation.watch.faults)
    }

    /// The story of a seed, for a person.
    static func story(seed: UInt64) async -> [String] {
        var simulation = CrashSimulation(seed: seed)
        simulation.watch.keepsStory = true
        await simulation.run()
        return simulation.watch.story
    }

    // MARK: The course of things

    private mutating func run() async {
        timeline.schedule(.launch(scenario.attempts[0]), after: .zero)
        nextAttempt = 1
        if let rivalAt = scenario.rivalAt {
            timeline.schedule(
                .launch(CrashScenario.Attempt(command: .deploy("r3"), delay: .zero, wait: .zero)), after: rivalAt)
        }
        if let theftAt = scenario.theftAt { timeline.schedule(.leaseIsStolen, after: theftAt) }
        for loss in scenario.powerLosses {
            timeline.schedule(.losesPower(loss.host, for: loss.duration), after: loss.at)
        }
        for each in scenario.disturbances { timeline.schedule(.disturbance(each.change), after: each.at) }
        await runUntilQuiet()
        await finale()
    }

    private mutating func runUntilQuiet() async {
        while let event = timeline.next() {
            fleet.now = timeline.now
            clock.advance(by: timeline.now - clock.now)
            watch.now = timeline.now
            handled += 1
            guard handled < Self.eventLimit, watch.violations.count < 20 else {
                watch.violate("it does not end")
                return
            }
            await handle(event)
            if sink.hasSeenSecret { watch.violate("a secret is in an event") }
            if hasChanged {
                watch.didChange(fleet)
                hasChanged = false
            }
        }
    }

    /// When nothing goes wrong any more, the commands that the tool itself names bring the fleet to a state that has a name.
    private mutating func finale() async {
        isFinale = true
        dice.faultRate = 0
        var command: CrashScenario.Command? = .resume(skipsDoubtfulOnceStep: false)
        switch scenario.seed % 10 {
        case 0, 1: command = .abort
        case 2: command = .deploy("r2")
        case 3: command = .deploy("r3")
        default: break
        }
        for _ in 0..<4 {
            guard let next = command else { break }
            timeline.schedule(
                .launch(CrashScenario.Attempt(command: next, delay: .zero, wait: .seconds(70))), after: .seconds(70))
            await runUntilQuiet()
            guard let last = controllers.last else { return }
            command = watch.nextCommand(after: last, in: fleet)
        }
        watch.checkFinale(controllers, in: fleet)
    }

    private mutating func handle(_ event: Event) async {
        switch event {
        case .launch(let attempt): launch(attempt)
        case .message(let message, let number): await deliver(message, to: number)
        case .takesEffect(let call, let ticket, let performance, let number, let outlives):
            guard outlives || !controllers[number].isGone else { return }
            let answer = perform(call, performance, by: number)
            await deliver(.answered(call, ticket, answer), to: number)
        case .lineArrives(let entry, let run, let host, let number, let outlives):
            guard outlives || !controllers[number].isGone, fleet.hosts[host]?.isDown == false else { return }
            watch.willWrite(entry)
            fleet.hosts[host]?.records.append(entry, to: run)
        case .lineIsSynced(let run, let host):
            guard fleet.hosts[host]?.isDown == false, mutant != .forgetsToSync else { return }
            fleet.hosts[host]?.records.sync(run)
        case .wakes(let number): await wake(number)
        case .losesPower(let host, let duration):
            watch.tell("\(host) loses its power for \(duration)")
            watch.note(.hostGone)
            if fleet.hosts[host]?.losePower(&dice.random) == true { watch.note(.tornLine) }
            hasChanged = true
            lostPowerAt[host] = timeline.now
            timeline.schedule(.boots(host), after: duration)
        case .boots(let host):
            watch.tell("\(host) is back")
            fleet.hosts[host]?.boot(at: timeline.now)
            hasChanged = true
            watch.booted(host)
            if controllers.allSatisfy(\.isGone) { watch.checkNobodyIsForgotten(in: fleet) }
        case .disturbance(let change):
            watch.tell("the balancer forgets its drains")
            watch.note(.drainsLost)
            change(&fleet)
            hasChanged = true
        case .leaseIsStolen:
            watch.tell("somebody takes the lease away")
            watch.note(.leaseStolen)
            for name in fleet.hosts.keys { fleet.hosts[name]?.records.lease = nil }
        }
    }

    // MARK: Controllers

    private mutating func launch(_ attempt: CrashScenario.Attempt) {
        let number = controllers.count
        controllers.append(SimulatedController(number: number, attempt: attempt))
        watch.tell("\(SimulatedController.run(number)): \(attempt.command)")
        send(.askForLease(until: timeline.now + attempt.wait), to: number)
        if let (time, urgency) = attempt.interrupt { send(.input(.interrupt(urgency)), to: number, after: time) }
    }

    mutating func send(_ message: SimulatedController.Message, to number: Int, after delay: Duration = .zero) {
        timeline.schedule(.message(message, to: number), after: delay)
    }

    private mutating func deliver(_ message: SimulatedController.Message, to number: Int) async {
        switch controllers[number].life {
        case .gone: return
        case .frozen:
            controllers[number].inbox.append(message)
            return
        case .alive: break
        }
        controllers[number].handled += 1
        let attempt = controllers[number].attempt
        if attempt.crashAt == controllers[number].handled {
            watch.landmarks.insert("vanishes")
            watch.note(.controllerGone)
            depart(number, .vanished)
            return
        }
        if let (at, duration) = attempt.freeze, at == controllers[number].handled {
            watch.tell("\(controllers[number].run) stands still for \(duration)")
            watch.landmarks.insert("stands still")
            watch.note(.standstill)
            controllers[number].life = .frozen
            controllers[number].inbox = [message]
            controllers[number].frozenFor += duration
            timeline.schedule(.wakes(number), after: duration)
            launchNext(after: .seconds(5))
            return
        }
        await take(message, number)
        watch.checkTime(of: controllers[number])
    }

    private mutating func wake(_ number: Int) async {
        guard controllers[number].life == .frozen else { return }
        watch.tell("\(controllers[number].run) goes on")
        controllers[number].life = .alive
        let messages = controllers[number].inbox
        controllers[number].inbox = []
        for message in messages { await deliver(message, to: number) }
    }

    mutating func depart(_ number: Int, _ departure: SimulatedController.Departure) {
        controllers[number].life = .gone(departure)
        watch.departed(controllers[number], departure, in: fleet)
        if controllers.allSatisfy(\.isGone) { watch.checkNobodyIsForgotten(in: fleet) }
        launchNext(after: .zero)
    }

    /// The next command follows when no other of the chain is on its way.
    private mutating func launchNext(after delay: Duration) {
        guard !isFinale, nextAttempt < scenario.attempts.count,
            !controllers.contains(where: { $0.life == .alive })
        else { return }
        let attempt = scenario.attempts[nextAttempt]
        nextAttempt += 1
        timeline.schedule(.launch(attempt), after: delay + attempt.delay)
    }
}
