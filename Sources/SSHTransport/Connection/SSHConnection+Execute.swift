import NIOCore

/// Commands: one channel each, several at once.
extension SSHConnection {
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
        let command = try await withSudoPassword(command)
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

    /// Gives a script that needs it the password for sudo.
    private func withSudoPassword(_ command: SSHCommand) async throws(SSHError) -> SSHCommand {
        guard let source = settings.sudoPasswords, settings.user != "root", case .script(var script) = command.form,
            script.usesSudo, script.sudoPassword == nil
        else { return command }
        let answer = await settings.credentials.password(
            of: settings.user, host: settings.label, isForSudo: true, by: source)
        switch answer {
        case .success(let password?): script.sudoPassword = password
        case .success(nil): return command
        case .failure(let error):
            throw SSHError(
                .invalidCommand, label: settings.label, phase: .commandStart,
                reason: "there is no password for sudo: \(error)")
        }
        var command = command
        command.form = .script(script)
        return command
    }

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

    func start(
        _ command: SSHCommand, id: Int, line: String, input: ByteBuffer, nonce: MarkerNonce?,
        output: (@Sendable (SSHOutput) -> Void)?, isUrgent: Bool = false,
        completion: @escaping (Result<SSHCommandResult, SSHError>) -> Void
    ) {
        guard terminalError == nil, let buffers = session?.buffers else {
            return completion(.failure(terminalError ?? lost(nil)))
        }
        let run = CommandRun(
            id: id, command: command, isKill: isUrgent, nonce: nonce, output: output,
            didStart: { self.runDidStart(id) }, didLearnProcess: { self.runDidLearnProcess(id) },
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
            schedule(.total(id), in: timeout) { $0.abort(id, .timedOut(.total, after: timeout)) }
        }
        submit(channel)
    }

    private func runDidStart(_ id: Int) {
        guard let run = runs[id] else { return }
        if let timeout = run.command.timeout {
            schedule(.total(id), in: timeout) { $0.abort(id, .timedOut(.total, after: timeout)) }
        }
        if let timeout = run.command.idleTimeout { scheduleIdleLook(id, timeout, in: timeout) }
    }

    private func scheduleIdleLook(_ id: Int, _ timeout: Duration, in delay: Duration) {
        schedule(.idle(id), in: delay) { connection in
            guard let run = connection.runs[id] else { return }
            let remaining = timeout - (ContinuousClock.now - run.lastActivity)
            if remaining <= .zero {
                connection.abort(id, .timedOut(.idle, after: timeout))
            } else {
                connection.scheduleIdleLook(id, timeout, in: remaining)
            }
        }
    }
}
