import NIOCore

/// Which channel is opened next, and for whom.
extension SSHConnection {
    /// How many commands run at once. sshd allows ten sessions (`MaxSessions`); one is held ahead and one is left for a kill.
    static let commandLimit = 8
    /// How often in a row the server may refuse a channel while none of ours is open.
    private static let refusalLimit = 5

    /// Brings a channel to the server as soon as there is room for it.
    func submit(_ channel: SSHChannel) {
        switch channel.target {
        case .command:
            if runningCommands == 0 {
                isSaturated = false
                refusals = 0
            }
            if channel.isUrgent { waitingCommands.prepend(channel) } else { waitingCommands.append(channel) }
        case .address:
            waitingForwards.append(channel)
        }
        drive()
    }

    func advanceOpening(_ session: LibSSH2Session) throws(LibSSH2Error) {
        try readPrepared()
        while true {
            serveWaitingCommand()
            startOpening()
            guard let current = opening, try advance(current, in: session) else { return }
        }
    }

    // MARK: Private

    private var runningCommands: Int {
        channels.count { if case .command = $0.target { true } else { false } }
    }

    private func serveWaitingCommand() {
        waitingCommands.removeAll { $0.isClosed }
        guard let next = waitingCommands.first, let channel = prepared, !liveness.isPinging,
            next.isUrgent || runningCommands < Self.commandLimit
        else { return }
        prepared = nil
        waitingCommands.removeFirst()
        channels.append(next)
        next.begin(with: channel)
    }

    private func startOpening() {
        guard opening == nil, phase == .idle else { return }
        waitingForwards.removeAll { $0.isClosed }
        if let forward = waitingForwards.popFirst() {
            opening = .forward(forward)
        } else if prepared == nil, !isSaturated {
            opening = .command
        }
    }

    /// - Returns: whether the open has ended, so that the next may begin.
    private func advance(_ current: Opening, in session: LibSSH2Session) throws(LibSSH2Error) -> Bool {
        do {
            switch current {
            case .command:
                guard let channel = try session.openSession() else { return false }
                prepared = channel
                refusals = 0
                sessions.opened(runningCommands + 1)
            case .forward(let forward):
                guard try open(forward, in: session) else { return false }
            }
        } catch {
            // libssh2 gives an unanswered open up after a minute and can go on.
            guard error.concernsChannelOnly || error.isTimeout else { throw error }
            refuse(current, error)
        }
        opening = nil
        return true
    }

    /// - Returns: whether the open has ended.
    private func open(_ forward: SSHChannel, in session: LibSSH2Session) throws(LibSSH2Error) -> Bool {
        guard case .address(let host, let number) = forward.target else { return true }
        let port = CInt(clamping: number)
        guard forward.isClosed else {
            guard let channel = try session.openDirectTCPIP(host: host, port: port) else { return false }
            channels.append(forward)
            forward.begin(with: channel)
            return true
        }
        // Nobody waits for it any more, but others for their turn.
        switch try session.abandonDirectTCPIP(host: host, port: port) {
        case .ended: return true
        case .pending: return false
        case .opened(let channel):
            channels.append(forward)
            forward.begin(with: channel)
            forward.abandon()
            return true
        }
    }

    private func refuse(_ current: Opening, _ error: LibSSH2Error) {
        switch current {
        case .forward(let forward):
            guard case .address(let host, let port) = forward.target else { return }
            let isForbidden = error.isForbiddenChannel
            forward.fail(
                SSHError(
                    isForbidden ? .forwardForbidden : .channelRefused, label: settings.label, phase: .forward,
                    reason: isForbidden
                        ? "its sshd lets no connection through to `\(host)` port \(port)"
                        : "the server did not connect to `\(host)` port \(port): \(error.message)",
                    hint: isForbidden
                        ? "`AllowTcpForwarding yes` in its sshd_config, and no `PermitOpen` or `restrict` against it"
                        : "check that something listens there",
                    underlying: error))
        case .command:
            refuseCommand(error)
        }
    }

    /// The server's limit is below ours, or it has not yet noticed that a channel was closed: sshd counts those of the same
    /// batch of packets. So it is asked again, and the refusal believed when nothing of ours can be the reason.
    private func refuseCommand(_ error: LibSSH2Error) {
        refusals += 1
        sessions.refused(beside: runningCommands)
        guard runningCommands > 0 || refusals <= Self.refusalLimit else {
            let refusal = SSHError(
                .channelRefused, label: settings.label, phase: .channelOpen,
                reason: "the server opened no channel: \(error.message)", hint: "check `MaxSessions` in sshd_config",
                underlying: error)
            isSaturated = true
            while let waiting = waitingCommands.popFirst() { waiting.fail(refusal) }
            return
        }
        pauseOpening(for: .milliseconds(min(1000, 50 * refusals)))
    }

    private func pauseOpening(for pause: Duration) {
        isSaturated = true
        schedule(.reopen, in: pause) { connection in
            connection.isSaturated = false
            connection.drive()
        }
    }

    /// Lets the server's own requests be read and answered, and notices when it gave the channel up.
    private func readPrepared() throws(LibSSH2Error) {
        guard let prepared, let session else { return }
        session.buffers.scratch.clear()
        _ = try prepared.read(.standardOutput, into: &session.buffers.scratch, atMost: 1024)
        guard prepared.isAtEnd, prepared.close() == .done else { return }
        self.prepared = nil
        // A server that ends idle channels gets no new one at once, unless a command needs it.
        if waitingCommands.isEmpty { pauseOpening(for: .seconds(1)) }
    }
}
