package import DeployModel
import Synchronization

/// Runs programs on this machine through swift-subprocess.
package struct LocalProcesses: LocalCommands {
    private let environment: ChildEnvironment

    package init() {
        environment = ChildEnvironment()
    }

    /// Makes one that takes `PATH` and its like from `process` instead of our own environment.
    package init(environment process: [String: String]) {
        environment = ChildEnvironment(of: process)
    }

    package func run(
        _ command: Step.LocalCommand, directory: String, environment variables: [String: String], timeout: Duration,
        idleTimeout: Duration?, output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult {
        let child = ChildProcess(
            argv: Self.argv(of: command), environment: environment.adding(variables), directory: directory,
            timeout: timeout, idleTimeout: idleTimeout)
        let start = ContinuousClock.now
        let collector = OutputCollector(output)
        let ending = try await child.run { stream, bytes in collector.receive(stream, bytes) }
        let (standardOutput, standardError) = collector.finish()
        let exit: CommandResult.Exit =
            switch ending {
            case .exited(let status): .status(status)
            case .signalled(let number): .signal(SignalName.name(of: number))
            case .timedOut: .timedOut(after: timeout, isConfirmed: true)
            case .idleTimedOut: .idleTimedOut(after: idleTimeout ?? timeout, isConfirmed: true)
            }
        return CommandResult(
            exit: exit, standardOutput: standardOutput, standardError: standardError,
            duration: start.duration(to: .now))
    }

    /// A string is a line for `/bin/sh`, which stops at the first command that fails; a list is an argv.
    package static func argv(of command: Step.LocalCommand) -> [String] {
        switch command {
        case .shell(let line): ["/bin/sh", "-eu", "-c", line]
        case .argv(let argv): argv
        }
    }
}

/// Keeps the ends of what a child prints, and hands on its lines in the order of their arrival.
final class OutputCollector: Sendable {
    private struct State: Sendable {
        var tails: [OutputLine.Stream: ByteTail] = [:]
        var splitters: [OutputLine.Stream: LineSplitter] = [:]
    }

    private let state = Mutex(State())
    private let output: (@Sendable (OutputLine) -> Void)?

    init(_ output: (@Sendable (OutputLine) -> Void)?) {
        self.output = output
    }

    func receive(_ stream: OutputLine.Stream, _ bytes: UnsafeRawBufferPointer) {
        // Lines are handed on inside the lock: it is what puts those of the two streams in one order.
        state.withLock { state in
            state.tails[stream, default: ByteTail()].append(bytes)
            guard let output else { return }
            state.splitters[stream, default: LineSplitter()].append(bytes) { output(OutputLine(stream, $0)) }
        }
    }

    func finish() -> (standardOutput: String, standardError: String) {
        state.withLock { state in
            if let output {
                for stream in [OutputLine.Stream.standardOutput, .standardError] {
                    state.splitters[stream]?.finish { output(OutputLine(stream, $0)) }
                }
            }
            return (
                state.tails[.standardOutput]?.text ?? "", state.tails[.standardError]?.text ?? ""
            )
        }
    }
}
