import NIOCore

/// Commands: one channel each, several at once.
extension SSHConnection {
    /// How long after a kill the output is awaited before the result is given without it.
    static let outputGrace = Duration.seconds(2)

    /// Runs one command and waits for its end.
    ///
    /// Output goes to `output` on the event loop, in order, as it arrives: it must be quick and must not block. The result keeps
    /// the last ``SSHCommand/tailBytes`` of each stream either way. When a limit is reached or the task is cancelled, the
    /// command's process group gets `TERM`, then `KILL`, over a second channel, and the result says whether the
    /// host confirmed its end.
    ///
    /// - Throws: ``SSHError`` when the command could not be started or the connection broke. A status other than zero, a signal
    ///   and a timeout are results.
    package func execute(
        _ command: SSHCommand, output: (@Sendable (SSHOutput) -> Void)? = nil
    ) async throws(SSHError) -> SSHCommandResult {
        let (line, input, nonce) = try payload(of: command)
        if let terminalError { throw terminalError }
        guard !Task.isCancelled else {
            throw SSHError(.cancelled, label: settings.label, phase: .command, reason: "the task was cancelled")
        }
        let id = makeID()
        let result: Result<SSHCommandResult, SSHError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                start(command, id: id, line: line, input: input, nonce: nonce, output: output) {
                    continuation.resume(returning: $0)
                }
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.abort(id, .cancelled) } }
        }
        return try result.get()
    }

    // MARK: Private

    func makeID() -> Int {
        defer { nextID += 1 }
        return nextID
    }

    private func payload(of command: SSHCommand) throws(SSHError) -> (String, ByteBuffer, MarkerNonce?) {
        switch command.form {
        case .script(let script):
            let nonce = MarkerNonce()
            do {
                let payload = try ShellPayload(script, nonce: nonce)
                return (payload.line, ByteBuffer(string: payload.standardInput), nonce)
            } catch {
                throw SSHError(.invalidCommand, label: settings.label, phase: .commandStart, reason: error.description)
            }
        case .raw(let line, let input):
            guard ShellQuoting.isConstantLine(line) else {
                throw SSHError(
                    .invalidCommand, label: settings.label, phase: .commandStart,
                    reason: "the command line \(line.debugDescription) is not read alike by every login shell",
                    hint: "send a script instead")
            }
            return (line, input, nil)
        }
    }

    private func start(
        _ command: SSHCommand, id: Int, line: String, input: ByteBuffer, nonce: MarkerNonce?,
        output: (@Sendable (SSHOutput) -> Void)?, isUrgent: Bool = false,
        completion: @escaping (Result<SSHCommandResult, SSHError>) -> Void
    ) {
        if let terminalError { return completion(.failure(terminalError)) }
        guard let buffers = session?.buffers else { return }
        let run = CommandRun(
            id: id, command: command, nonce: nonce, output: output,
            didStart: { self.runDidStart(id) },
            completion: { result in
                self.runs[id] = nil
                self.cancelTimers(of: id)
                completion(result)
            })
        let channel = SSHChannel(
            .command(line), label: settings.label, buffers: buffers, consumer: run, isUrgent: isUrgent)
        channel.send(input)
        channel.finishInput()
        run.channel = channel
        runs[id] = run
        if let timeout = command.timeout {
            schedule("total \(id)", in: timeout) { $0.abort(id, .timedOut(.total, after: timeout)) }
        }
        submit(channel)
    }

    private func runDidStart(_ id: Int) {
        guard let run = runs[id] else { return }
        if let timeout = run.command.timeout {
            schedule("total \(id)", in: timeout) { $0.abort(id, .timedOut(.total, after: timeout)) }
        }
        if let timeout = run.command.idleTimeout { scheduleIdleLook(id, timeout, in: timeout) }
    }

    private func scheduleIdleLook(_ id: Int, _ timeout: Duration, in delay: Duration) {
        schedule("idle \(id)", in: delay) { connection in
            guard let run = connection.runs[id] else { return }
            let remaining = timeout - (ContinuousClock.now - run.lastActivity)
            if remaining <= .zero {
                connection.abort(id, .timedOut(.idle, after: timeout))
            } else {
                connection.scheduleIdleLook(id, timeout, in: remaining)
            }
        }
    }

    // MARK: Giving up

    private func abort(_ id: Int, _ reason: CommandRun.Abort) {
        guard let run = runs[id], run.beginAbort(reason) else { return }
        cancelTimers(of: id)
        guard run.isStarted else {
            run.channel?.abandon()
            return run.fail(notStarted(reason))
        }
        guard let process = run.process else {
            return giveUp(run, .unconfirmed("the process id of the command is not known"))
        }
        kill(process, of: run)
    }

    private func kill(_ process: RemoteProcess, of run: CommandRun) {
        let script = KillScript.make(process: process, grace: run.command.killGrace, user: run.user)
        let command = SSHCommand(script, timeout: run.command.killGrace + .seconds(10), killGrace: .zero)
        let nonce = MarkerNonce()
        guard let payload = try? ShellPayload(script, nonce: nonce) else {
            return giveUp(run, .unconfirmed("the account's name cannot be sent"))
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
            if !run.isFinished { schedule("drain \(id)", in: Self.outputGrace) { $0.drainDidEnd(id) } }
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
                reason: "the command did not start within \(limit)")
        }
    }

    // MARK: Timers

    func schedule(_ name: String, in delay: Duration, _ action: @escaping @Sendable (isolated SSHConnection) -> Void) {
        timers[name]?.cancel()
        timers[name] = eventLoop.scheduleTask(in: TimeAmount(delay)) {
            self.assumeIsolated { connection in
                connection.timers[name] = nil
                action(connection)
            }
        }
    }

    private func cancelTimers(of id: Int) {
        for kind in ["total", "idle", "drain"] { timers.removeValue(forKey: "\(kind) \(id)")?.cancel() }
    }
}
