/// How a command on a host or here ended, with the ends of what it printed.
package struct CommandResult: Sendable, Hashable {
    package enum Exit: Sendable, Hashable {
        case status(Int)
        /// The signal's name without `SIG`.
        case signal(String)
        /// The total time ran out; the process group was ended, or `isConfirmed` is `false`.
        case timedOut(after: Duration, isConfirmed: Bool)
        /// No output for that long; the process group was ended, or `isConfirmed` is `false`.
        case idleTimedOut(after: Duration, isConfirmed: Bool)
        /// The shell ended without running the command to its end, for instance because the account's shell is `nologin`.
        case endedEarly
    }

    package var exit: Exit
    /// The last part of the output, at most 64 KiB each.
    package var standardOutput: String
    package var standardError: String
    package var duration: Duration

    package init(exit: Exit, standardOutput: String = "", standardError: String = "", duration: Duration = .zero) {
        self.exit = exit
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.duration = duration
    }

    package var isSuccess: Bool { exit == .status(0) }
}

/// One line of output, without its line end.
package struct OutputLine: Sendable, Hashable, Codable {
    package enum Stream: String, Sendable, Hashable, Codable {
        case standardOutput = "stdout"
        case standardError = "stderr"
    }

    package var stream: Stream
    package var text: String

    package init(_ stream: Stream, _ text: String) {
        self.stream = stream
        self.text = text
    }
}
