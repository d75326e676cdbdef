import NIOCore

/// Whether the server is still there.
struct Liveness {
    var receivedBytes: UInt64 = 0
    /// ``receivedBytes`` at the last look.
    var lastReceivedBytes: UInt64 = 0
    /// Looks since the last byte during which an answer was due.
    var misses = 0
    /// A ping is on its way; the channel it uses can take no command until the answer is there.
    var isPinging = false
}

/// Questions to a silent server, and the end of the connection if it does not answer.
///
/// This also catches libssh2's deadlock during a rekey (libssh2 issue #2110): no byte moves any more although work is pending.
extension SSHConnection {
    func startKeepalive() {
        scheduleLook()
    }

    func advanceLiveness(_ session: LibSSH2Session) throws(LibSSH2Error) {
        guard liveness.isPinging else { return }
        // Without its channel, which the server may have closed, the question is void.
        if try prepared?.ping() ?? .done == .done { liveness.isPinging = false }
    }

    private func scheduleLook() {
        schedule(.keepalive, in: settings.keepaliveInterval) { $0.look() }
    }

    private func look() {
        guard terminalError == nil else { return }
        if liveness.receivedBytes != liveness.lastReceivedBytes {
            liveness.lastReceivedBytes = liveness.receivedBytes
            liveness.misses = 0
        } else if liveness.isPinging || isOpeningCommand {
            liveness.misses += 1
        } else if prepared != nil {
            liveness.isPinging = true
        }
        guard liveness.misses < settings.keepaliveCount else { return terminate(silence()) }
        scheduleLook()
        drive()
    }

    /// sshd answers the open of a forward only once its target has.
    private var isOpeningCommand: Bool { if case .command = opening { true } else { false } }

    private func silence() -> SSHError {
        let duration = settings.keepaliveInterval * (settings.keepaliveCount + 1)
        let hasWork = channels.contains { $0.inputBytes > 0 }
        return SSHError(
            hasWork ? .noProgress : .connectionLost, label: settings.label, phase: phase,
            reason: "the server has not answered for \(duration.text)\(hasWork ? " and takes no more data" : "")",
            hint: "commands started on the host may still be running")
    }
}
