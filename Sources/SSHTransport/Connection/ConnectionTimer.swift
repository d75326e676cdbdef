import NIOCore

/// What a connection waits for with a deadline. The number is that of a command or a transfer.
enum ConnectionTimer: Hashable {
    case connect
    case keepalive
    /// For another try at a channel the server has refused.
    case reopen
    /// A command's own limits.
    case total(Int)
    case idle(Int)
    /// For a command that is given up to tell its process id.
    case process(Int)
    /// For the output of a killed command.
    case drain(Int)
    /// For the answer of a server that is reached through this one.
    case dial(Int)
    /// For a byte of a transfer.
    case progress(Int)
}

extension SSHConnection {
    /// Does something later; replaces an earlier plan of the same name. Nothing happens after the connection's end.
    func schedule(
        _ timer: ConnectionTimer, in delay: Duration, _ action: @escaping @Sendable (isolated SSHConnection) -> Void
    ) {
        cancel(timer)
        guard !isTornDown else { return }
        timers[timer] = eventLoop.scheduleTask(in: TimeAmount(delay)) {
            self.assumeIsolated { connection in
                connection.timers[timer] = nil
                action(connection)
            }
        }
    }

    func cancel(_ timer: ConnectionTimer) {
        timers.removeValue(forKey: timer)?.cancel()
    }

    /// Cancels all that was planned for a command.
    func cancelTimers(of id: Int) {
        for timer in [ConnectionTimer.total(id), .idle(id), .process(id), .drain(id)] { cancel(timer) }
    }
}
