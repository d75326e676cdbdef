package import NIOCore

/// A piece of a command's output, in the order in which it arrived.
package enum SSHOutput: Sendable, Equatable {
    case standardOutput(ByteBuffer)
    case standardError(ByteBuffer)
}

/// Which limit of a command was reached.
package enum SSHTimeoutKind: String, Sendable, Hashable {
    /// The command as a whole took too long.
    case total
    /// The command was silent for too long.
    case idle
}

/// Whether the processes of a command that was given up are gone.
package enum SSHKillOutcome: Sendable, Equatable {
    /// The host confirmed that no process of the command's group is left.
    case confirmed
    /// They may still be running, and why this is not known.
    case unconfirmed(String)
}

/// How a command ended.
package enum SSHExit: Sendable, Equatable {
    /// It ran to its end; the status as the shell reports it (128 + n: a child died of signal n).
    case status(Int)
    /// The remote shell itself died of a signal; the name is without `SIG`, for instance `KILL`.
    case signal(String)
    /// The remote side reported an end, but the script did not get to its last line: the shell was replaced, could not be
    /// started or was told to stop. Never a success, whatever the status.
    case endedEarly(status: Int)
    /// A limit was reached and the command was killed.
    case timedOut(SSHTimeoutKind, after: Duration, SSHKillOutcome)
    /// The task was cancelled and the command was killed.
    case cancelled(SSHKillOutcome)

    package var isSuccess: Bool { self == .status(0) }
}

/// What is known about a command that has ended.
package struct SSHCommandResult: Sendable, Equatable {
    package var exit: SSHExit
    /// The last bytes of the output, at most ``SSHCommand/tailBytes`` of each stream.
    package var standardOutput: ByteBuffer
    package var standardError: ByteBuffer
    /// How much there was in all.
    package var standardOutputBytes: Int
    package var standardErrorBytes: Int
    /// From the call to the end, the wait for a channel included.
    package var duration: Duration
    /// The script reached its end: its last line was seen. Always `false` for ``SSHCommand/raw(line:standardInput:)``.
    package var isComplete: Bool

    package init(
        exit: SSHExit, standardOutput: ByteBuffer, standardError: ByteBuffer, standardOutputBytes: Int,
        standardErrorBytes: Int, duration: Duration, isComplete: Bool
    ) {
        self.exit = exit
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.standardOutputBytes = standardOutputBytes
        self.standardErrorBytes = standardErrorBytes
        self.duration = duration
        self.isComplete = isComplete
    }

    /// The kept standard output as text; bytes that are no UTF-8 are replaced.
    package var outputText: String { String(buffer: standardOutput) }
    /// The kept standard error as text; bytes that are no UTF-8 are replaced.
    package var errorText: String { String(buffer: standardError) }
    /// Whether earlier output was dropped to keep the tail.
    package var isTruncated: Bool {
        standardOutputBytes > standardOutput.readableBytes || standardErrorBytes > standardError.readableBytes
    }
}
