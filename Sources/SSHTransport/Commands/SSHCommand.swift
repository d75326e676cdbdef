package import NIOCore

/// A command for a remote host.
///
/// A script never becomes part of the remote command line, because the account's login shell parses that line, and fish and
/// csh read quotes differently from sh. The line is constant (`/bin/sh -s`); script, arguments and environment travel on
/// standard input (``ShellPayload``).
///
/// A script's standard input is `/dev/null`. A background child that keeps standard output open keeps the command running, as
/// it does with ssh(1), until it ends or a timeout is reached; redirect its output to let the command end.
package struct SSHCommand: Sendable {
    package enum Form: Sendable {
        case script(ShellScript)
        case raw(line: String, standardInput: ByteBuffer)
    }

    package var form: Form
    /// The longest time the command may take, first in the queue for a channel, then running; `nil`: no limit.
    package var timeout: Duration?
    /// The longest silence of a running command; `nil`: no limit.
    package var idleTimeout: Duration?
    /// How much of the end of each output stream the result keeps.
    package var tailBytes: Int
    /// The time between `TERM` and `KILL` when a limit is reached or the task is cancelled.
    package var killGrace: Duration

    /// Makes a command out of a shell script.
    package init(
        _ script: ShellScript, timeout: Duration? = nil, idleTimeout: Duration? = nil, tailBytes: Int = 64 * 1024,
        killGrace: Duration = .seconds(5)
    ) {
        self.form = .script(script)
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.tailBytes = tailBytes
        self.killGrace = killGrace
    }

    /// Makes a command out of words that every login shell reads alike (``ConstantLine``), with bytes for standard input.
    ///
    /// Its end is only as sure as the status the server sends, and it cannot be killed on a timeout because its process id
    /// is not known.
    package static func raw(
        line: String, standardInput: ByteBuffer = ByteBuffer(), timeout: Duration? = nil, idleTimeout: Duration? = nil
    ) -> SSHCommand {
        var command = SSHCommand(ShellScript(""), timeout: timeout, idleTimeout: idleTimeout)
        command.form = .raw(line: line, standardInput: standardInput)
        return command
    }
}

extension SSHCommand: CustomStringConvertible, CustomReflectable {
    /// Says what is run without the values that may be secret.
    package var description: String {
        switch form {
        case .script(let script): "script of \(script.text.utf8.count) bytes"
        case .raw(let line, let input): "`\(line)` with \(input.readableBytes) bytes of input"
        }
    }

    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
