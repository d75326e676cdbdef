internal import Subprocess
internal import SystemPackage

/// Runs the commands of `Match exec` in the user's shell, each once: a fleet asks the same question for every host.
actor MatchCommands {
    /// Why a command gave no answer.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let shell: String
    private let withheldVariables: Set<String>
    private let limit: Duration
    private var answers: [String: Bool] = [:]

    /// - Parameter withheldVariables: the names of variables of our environment that the commands do not see.
    init(shell: String?, withholding withheldVariables: Set<String>, limit: Duration) {
        self.shell = shell.flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/sh"
        self.withheldVariables = withheldVariables
        self.limit = limit
    }

    /// Whether a command ends with status 0.
    ///
    /// - Throws: where it cannot be started, dies of a signal, or takes too long.
    func holds(_ command: String) async throws -> Bool {
        if let answer = answers[command] { return answer }
        let answer = try await run(command)
        answers[command] = answer
        return answer
    }

    // MARK: Private

    private nonisolated func run(_ command: String) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask { try await self.runToEnd(command) }
            group.addTask {
                try await Task.sleep(for: self.limit)
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            guard let first else { throw Failure(description: "it has not ended within \(self.limit)") }
            return first
        }
    }

    private nonisolated func runToEnd(_ command: String) async throws -> Bool {
        var options = PlatformOptions()
        // In a session of its own, so that what it started ends with it.
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
        let result = try await Subprocess.run(
            .path(FilePath(shell)), arguments: ["-c", command],
            environment: .inherited(without: withheldVariables), platformOptions: options, input: .none,
            output: .discarded, error: .discarded)
        switch result.terminationStatus {
        case .exited(let status): return status == 0
        case .signaled(let signal): throw Failure(description: "it died of signal \(signal)")
        }
    }
}
