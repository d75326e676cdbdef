import DeployModel
import Subprocess
import Synchronization
import SystemPackage

/// A program on this machine, run to its end in a session of its own.
///
/// The child gets the given environment and nothing of ours, all signals at their defaults, and no descriptors besides
/// its three standard ones; swift-subprocess sees to the last two.
struct ChildProcess: Sendable {
    enum Ending: Sendable, Hashable {
        case exited(Int)
        /// The signal's number.
        case signalled(Int)
        /// It was ended because its time was over.
        case timedOut
        /// It was ended because it had printed nothing for too long.
        case idleTimedOut
    }

    /// The program, looked up in the environment's `PATH` where it holds no slash, and its arguments.
    var argv: [String]
    var environment: [String: String]
    var directory: String?
    /// What it finds on standard input: a file, so that a child which leaves it unread, or reads a part, keeps nobody
    /// waiting and breaks no pipe.
    var input: [UInt8] = []
    /// From the start to the end; the process group is ended after that.
    var timeout: Duration?
    /// The longest time without any output.
    var idleTimeout: Duration?

    /// Runs the program; `receive` gets what it prints as it comes, from two tasks at once.
    ///
    /// A child that left a grandchild behind with our pipes open does not keep us waiting. When the task is cancelled,
    /// the process group gets TERM, and KILL five seconds later.
    ///
    /// - Throws: ``DeployError`` when the program cannot be started, and `.interrupted` when the task is cancelled. A
    ///   status other than 0 is not an error.
    func run(
        receive: @escaping @Sendable (OutputLine.Stream, UnsafeRawBufferPointer) -> Void
    ) async throws(DeployError) -> Ending {
        do {
            guard timeout != nil || idleTimeout != nil else { return try await runToEnd(receive: receive) }
            let output = LastOutput()
            return try await withThrowingTaskGroup(of: Ending.self) { group in
                group.addTask {
                    try await runToEnd { stream, bytes in
                        output.noted()
                        receive(stream, bytes)
                    }
                }
                if let timeout {
                    group.addTask {
                        try await Task.sleep(for: timeout)
                        return .timedOut
                    }
                }
                if let idleTimeout {
                    group.addTask {
                        while true {
                            let silence = output.silence
                            guard silence < idleTimeout else { return .idleTimedOut }
                            try await Task.sleep(for: idleTimeout - silence)
                        }
                    }
                }
                let first = try await group.next() ?? .timedOut
                group.cancelAll()
                if first == .timedOut || first == .idleTimedOut {
                    // A clock won: wait until the child is gone, whatever it answers.
                    while (try? await group.next()) != nil {}
                }
                return first
            }
        } catch {
            throw failure(error)
        }
    }

    // MARK: Private

    private func runToEnd(
        receive: @escaping @Sendable (OutputLine.Stream, UnsafeRawBufferPointer) -> Void
    ) async throws -> Ending {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
        ]
        let name = argv.first ?? ""
        guard let program = ProgramSearch.path(of: name, in: environment["PATH"]) else {
            throw notFound(name)
        }
        let input = try ChildInput.descriptor(of: input)
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: Arguments(Array(argv.dropFirst())),
            environment: .custom(
                Dictionary(
                    environment.compactMap { name, value in
                        Environment.Key(rawValue: name).map { ($0, value) }
                    }, uniquingKeysWith: { $1 })),
            workingDirectory: directory.map { FilePath($0) },
            platformOptions: options,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .sequence,
            error: .sequence
        ) { execution in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await chunk in execution.standardOutput {
                        chunk.withUnsafeBytes { receive(.standardOutput, $0) }
                    }
                }
                group.addTask {
                    for try await chunk in execution.standardError {
                        chunk.withUnsafeBytes { receive(.standardError, $0) }
                    }
                }
                try await group.waitForAll()
            }
        }
        try Task.checkCancellation()
        switch result.terminationStatus {
        case .exited(let status): return .exited(Int(status))
        case .signaled(let signal): return .signalled(Int(signal))
        }
    }

    private func notFound(_ program: String) -> DeployError {
        DeployError(
            .localCommandFailed, "`\(program)` was not found on this machine",
            hint: "install `\(program)`, or check PATH")
    }

    private func failure(_ error: any Error) -> DeployError {
        let program = argv.first ?? ""
        switch error {
        case let error as DeployError:
            return error
        case is CancellationError:
            return DeployError(.interrupted, "`\(program)` was ended because the run was interrupted")
        case let error as SubprocessError where error.code == .executableNotFound:
            return notFound(program)
        case let error as SubprocessError where error.code == .failedToChangeWorkingDirectory:
            return DeployError(
                .localCommandFailed, "`\(program)` could not start in `\(directory ?? "")`: no such directory")
        default:
            return Task.isCancelled
                ? DeployError(.interrupted, "`\(program)` was ended because the run was interrupted")
                : DeployError(.localCommandFailed, "`\(program)` could not be run: \(error)")
        }
    }
}

/// When a child was last heard of.
private final class LastOutput: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var silence: Duration { time.withLock { $0.duration(to: .now) } }

    func noted() {
        time.withLock { $0 = .now }
    }
}
