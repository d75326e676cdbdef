import DeployModel
import Synchronization

/// Publishes what one step does and prints, and keeps the evidence.
///
/// The first lines are published as they come; a flood is not: what a step prints beyond ``lineLimit`` lines is counted and
/// only its end is kept, so that neither the screen nor the connection has to keep up with it.
final class StepReport: Sendable {
    static let lineLimit = 2000

    private struct State {
        var evidence = EvidenceTail()
        var lines = 0
    }

    let host: HostName?
    let phase: StepPhase
    let step: Step
    private let events: any EventPublisher
    private let state = Mutex(State())

    init(host: HostName?, phase: StepPhase, step: Step, events: any EventPublisher) {
        self.host = host
        self.phase = phase
        self.step = step
        self.events = events
    }

    func started() {
        events.publish(.stepStarted(host: host, phase: phase, step: step.name))
    }

    func printed(_ line: OutputLine) {
        let isPublished = state.withLock { state in
            state.lines += 1
            guard state.lines <= Self.lineLimit else { return false }
            state.evidence.append(line.text)
            return true
        }
        if isPublished { events.publish(.stepPrinted(host: host, phase: phase, step: step.name, line: line)) }
    }

    func retrying(_ error: DeployError, attempt: Int) {
        events.publish(
            .warning(host: host, message: "\(error.message); trying again (\(attempt) of \(step.retries))"))
        state.withLock { $0 = State() }
    }

    func finished(after duration: Duration) {
        sayWhatIsMissing()
        events.publish(.stepFinished(host: host, phase: phase, step: step.name, duration: duration))
    }

    func failed(_ error: DeployError) {
        sayWhatIsMissing()
        events.publish(
            .stepFailed(host: host, phase: phase, step: step.name, error: error, isIgnored: step.ignoresErrors))
    }

    /// The last lines in the order of their arrival; of a flood, the ends of both streams.
    func evidence(_ result: CommandResult) -> [String] {
        state.withLock { state in
            state.lines <= Self.lineLimit
                ? state.evidence.evidence
                : EvidenceTail.lines(of: result.standardOutput + "\n" + result.standardError)
        }
    }

    // MARK: Private

    private func sayWhatIsMissing() {
        let missing = state.withLock { $0.lines - Self.lineLimit }
        guard missing > 0 else { return }
        let line = OutputLine(.standardError, "… \(missing) more lines are not shown")
        events.publish(.stepPrinted(host: host, phase: phase, step: step.name, line: line))
    }
}
