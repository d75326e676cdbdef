import NIOCore

/// The end of a command before its own end: a limit was reached, or the task was cancelled.
extension SSHConnection {
    /// How long a command that is given up may take to tell its process id.
    private static let processGrace = Duration.seconds(5)
    /// How long after a kill the rest of the output is awaited.
    private static let outputGrace = Duration.seconds(2)

    func abort(_ id: Int, _ reason: CommandRun.Abort) {
        guard let run = runs[id], run.beginAbort(reason) else { return }
        cancelTimers(of: id)
        guard run.isStarted else {
            // Nothing of a script has been sent yet: a shell that starts nevertheless finds an empty input.
            run.channel?.abandon()
            run.fail(notStarted(reason))
            return drive()
        }
        guard !run.isKill else { return giveUp(run, .unconfirmed("a kill is not killed")) }
        if let process = run.process { return kill(process, of: run) }
        guard case .script = run.command.form else {
            return giveUp(run, .unconfirmed("the process id of a raw command is not known"))
        }
        schedule(.process(id), in: Self.processGrace) { connection in
            guard let run = connection.runs[id] else { return }
            connection.giveUp(run, .unconfirmed("the shell did not tell its process id"))
        }
    }

    func runDidLearnProcess(_ id: Int) {
        if let text = runs[id]?.loginShellText, !text.isEmpty { loginShellText = text }
        guard let run = runs[id], run.abort != nil, let process = run.process else { return }
        cancelTimers(of: id)
        kill(process, of: run)
    }

    // MARK: Private

    private func kill(_ process: RemoteProcess, of run: CommandRun) {
        var script = KillScript.make(process: process, grace: run.command.killGrace, user: run.user)
        if case .script(let killed) = run.command.form { script.sudoPassword = killed.sudoPassword }
        let command = SSHCommand(script, timeout: run.command.killGrace + .seconds(10), killGrace: .zero)
        let nonce = MarkerNonce()
        guard let payload = try? ShellPayload(script, nonce: nonce) else {
            return giveUp(run, .unconfirmed("the kill cannot be sent"))
        }
        let id = run.id
        start(
            command, id: makeID(), line: payload.line, input: ByteBuffer(string: payload.standardInput), nonce: nonce,
            output: nil, isUrgent: true
        ) { result in
            self.killDidEnd(result, of: id)
        }
    }

    private func killDidEnd(_ result: Result<SSHCommandResult, SSHError>, of id: Int) {
        guard let run = runs[id] else { return }
        switch result {
        case .success(let kill) where kill.exit == .status(0):
            run.killDidEnd(.confirmed)
            // The channel closes by itself now, unless a process outside the group holds its output.
            if !run.isFinished { schedule(.drain(id), in: Self.outputGrace) { $0.drainDidEnd(id) } }
        case .success(let kill):
            let said = kill.errorText.prefix(200)
            giveUp(run, .unconfirmed("the kill ended with \(kill.exit)\(said.isEmpty ? "" : ": \(said)")"))
        case .failure(let error):
            giveUp(run, .unconfirmed("the kill failed: \(error.reason)"))
        }
    }

    private func drainDidEnd(_ id: Int) {
        guard let run = runs[id] else { return }
        run.channel?.abandon()
        run.finish()
        drive()
    }

    /// Reports without a confirmed end and closes the channel, which ends the remote side's input.
    private func giveUp(_ run: CommandRun, _ outcome: SSHKillOutcome) {
        run.killDidEnd(outcome)
        run.channel?.abandon()
        run.finish()
        drive()
    }

    private func notStarted(_ reason: CommandRun.Abort) -> SSHError {
        switch reason {
        case .cancelled:
            SSHError(
                .cancelled, label: settings.label, phase: .channelOpen,
                reason: "the task was cancelled before the command started")
        case .timedOut(_, let limit):
            SSHError(
                .timedOut, label: settings.label, phase: .channelOpen,
                reason: "the command did not start within \(limit.text)")
        }
    }
}
