import DeployModel

/// What came of a command on one host.
enum ExecResult: Sendable, Hashable {
    case ended(CommandResult.Exit, standardOutput: String, standardError: String)
    /// It was not run, or its end is not known.
    case failed(DeployError)

    var isSuccess: Bool {
        if case .ended(.status(0), _, _) = self { true } else { false }
    }

    func redacted(by redactor: Redactor) -> ExecResult {
        switch self {
        case .ended(let exit, let output, let errors):
            .ended(
                exit, standardOutput: redactor.redacted(output), standardError: redactor.redacted(errors))
        case .failed(let error): .failed(error.redacted(by: redactor))
        }
    }

    var wasRun: Bool {
        if case .ended = self { true } else { false }
    }
}

extension ExitCode {
    /// How `deploy exec` ends.
    init(_ results: [ExecResult]) {
        if results.allSatisfy(\.isSuccess) {
            self = .success
        } else {
            // Where it ran nowhere, nothing was changed.
            self = results.contains(where: \.wasRun) ? .commandFailed : .notStarted
        }
    }
}
