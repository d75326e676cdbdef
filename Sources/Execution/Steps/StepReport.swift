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
    private let redactor: Redactor
    private let state = Mutex(State())

    init(host: HostName?, phase: StepPhase, step: Step, events: any EventPublisher, redactor: Redactor) {
        self.host = host
        self.phase = phase
        self.step = step
        self.events = events
        self.redactor = redactor
    }

    func started() {
        events.publish(.stepStarted(host: host, phase: phase, step: step.name))
    }

    func printed(_ line: OutputLine) {
        let isPublished = state.withLock { state in
            state.lines += 1
            return state.lines <= Self.lineLimit
        }
        guard isPublished else { return }
        // Secrets go before anything is cut: half of one would not be known again.
        let line = OutputLine(line.stream, redactor.redacted(line.text))
        state.withLock { $0.evidence.append(line.text) }
        events.publish(.stepPrinted(host: host, phase: phase, step: step.name, line: line))
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
                : EvidenceTail.lines(
                    of: redactor.redacted(
                        Self.wholeLines(result.standardOutput) + Self.wholeLines(result.standardError)))
        }
    }

    // MARK: Private

    /// The end of a stream that was kept, without the line that its beginning cuts.
    private static func wholeLines(_ tail: String) -> String {
        guard tail.utf8.count >= keptBytes else { return tail + "\n" }
        guard let end = tail.firstIndex(where: \.isNewline) else { return "…" + tail + "\n" }
        return String(tail[tail.index(after: end)...]) + "\n"
    }

    /// What ``CommandResult`` keeps of a stream.
    private static let keptBytes = 64 * 1024

    private func sayWhatIsMissing() {
        let missing = state.withLock { $0.lines - Self.lineLimit }
        guard missing > 0 else { return }
        let line = OutputLine(.standardError, "… \(missing) more lines are not shown")
        events.publish(.stepPrinted(host: host, phase: phase, step: step.name, line: line))
    }
}
