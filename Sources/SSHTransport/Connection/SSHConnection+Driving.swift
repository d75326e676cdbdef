import Logging
import NIOCore

/// The heart of the connection: everything that can go on goes on, then the bytes are handed to the socket.
extension SSHConnection {
    // MARK: Socket events

    func socketDidReceive(_ bytes: ByteBuffer) {
        liveness.receivedBytes &+= UInt64(bytes.readableBytes)
        session?.buffers.receive(bytes)
    }

    func socketDidClose(_ error: (any Error)?) {
        guard terminalError == nil else { return }
        guard let session else {
            return terminate(lost("the server closed the connection", underlying: error))
        }
        // What has arrived before the end still counts: an exit status, or the reason for the goodbye.
        session.buffers.isClosed = true
        drive()
        terminate(lost(disconnectReason, underlying: error))
    }

    // MARK: Driving

    /// Advances all work until nothing more can be done without waiting.
    func drive() {
        guard !isDriving, !isTornDown else {
            mustDriveAgain = true
            return
        }
        isDriving = true
        defer {
            isDriving = false
            finishTermination()
        }
        guard let session else { return }
        repeat {
            mustDriveAgain = false
            let consumedBytes = session.buffers.consumedBytes
            session.buffers.isSocketWritable = socket?.isWritable ?? false
            do {
                advanceStep(session)
                if terminalError == nil {
                    try advanceChannels(session)
                }
            } catch {
                terminate(broken(error))
            }
            flush()
            // libssh2 reads for all channels at once: what one call took may be another channel's data.
            if session.buffers.consumedBytes != consumedBytes { mustDriveAgain = true }
        } while mustDriveAgain && terminalError == nil
        scheduleDriveIfNeeded(session.buffers)
    }

    /// Hands what libssh2 has written to the socket.
    func flush() {
        guard let session, let socket, session.buffers.outbound.readableBytes > 0 else { return }
        socket.writeAndFlush(session.buffers.outbound, promise: nil)
        session.buffers.outbound.clear()
    }

    /// Channels stop at ``TransportBuffers/outboundLimitBytes`` a visit, so that other connections of the loop get their turn.
    private func scheduleDriveIfNeeded(_ buffers: TransportBuffers) {
        guard buffers.hasMoreToSend, terminalError == nil else { return }
        buffers.hasMoreToSend = false
        guard socket?.isWritable == true, !isDriveScheduled else { return }
        isDriveScheduled = true
        eventLoop.execute {
            self.assumeIsolated { connection in
                connection.isDriveScheduled = false
                connection.drive()
            }
        }
    }

    private func advanceChannels(_ session: LibSSH2Session) throws(LibSSH2Error) {
        try advanceLiveness(session)
        try advanceOpening(session)
        var hasClosed = false
        for channel in channels {
            try channel.pump()
            hasClosed = hasClosed || channel.isClosed
        }
        if hasClosed {
            channels.removeAll { $0.isClosed }
            isSaturated = false
            mustDriveAgain = true
        }
    }

    // MARK: Steps

    /// Repeats a libssh2 call until it has ended, or the connection has.
    func perform(
        _ attempt: @escaping (LibSSH2Session) throws(LibSSH2Error) -> LibSSH2Progress
    ) async throws(StepFailure) {
        if let terminalError { throw .terminated(terminalError) }
        let result: Result<Void, StepFailure> = await withCheckedContinuation { continuation in
            pendingStep = PendingStep(attempt: attempt) { continuation.resume(returning: $0) }
            drive()
        }
        try result.get()
    }

    private func advanceStep(_ session: LibSSH2Session) {
        guard let step = pendingStep else { return }
        do {
            guard try step.attempt(session) == .done else { return }
            pendingStep = nil
            step.finish(.success(()))
        } catch {
            pendingStep = nil
            step.finish(.failure(.library(error)))
        }
    }

    // MARK: Ending

    func lost(_ reason: String?, underlying: (any Error)? = nil) -> SSHError {
        SSHError(
            .connectionLost, label: settings.label, phase: phase,
            reason: reason ?? origin?.reasonOfEnd ?? "the connection broke\(Self.clause(of: underlying))",
            hint: "commands started on the host may still be running", underlying: underlying)
    }

    /// What the operating system said of the socket: that nothing was acknowledged for too long, say.
    private static func clause(of error: (any Error)?) -> String {
        (error as? IOError).map { ": \(text(of: $0))" } ?? ""
    }

    /// What an error of libssh2 that ends the connection means.
    func broken(_ error: LibSSH2Error) -> SSHError {
        if error.isTimeout {
            return SSHError(
                .timedOut, label: settings.label, phase: phase,
                reason: "the server left a request unanswered for a minute", underlying: error)
        }
        return lost(disconnectReason ?? (error.isSocketFailure ? nil : error.message), underlying: error)
    }

    private var disconnectReason: String? {
        session?.buffers.disconnectMessage.map { "the server ended the connection: \($0)" }
    }

    /// Ends the connection; the first reason counts.
    func terminate(_ error: SSHError) {
        guard terminalError == nil else { return }
        terminalError = error
        status.didEnd(error.code == .closed ? nil : error)
        if !isDriving { finishTermination() }
    }

    /// Tears everything down, outside of any libssh2 call.
    private func finishTermination() {
        guard let error = terminalError, !isTornDown else { return }
        isTornDown = true
        logger.debug("connection ended", metadata: ["reason": "\(error.reason)", "phase": "\(error.phase.rawValue)"])
        for timer in timers.values { timer.cancel() }
        timers = [:]
        let ended = channels + Array(waitingCommands) + Array(waitingForwards)
        channels = []
        waitingCommands.removeAll()
        waitingForwards.removeAll()
        if case .forward(let channel) = opening { channel.fail(error) }
        opening = nil
        prepared = nil
        connecting?.fail(error)
        connecting = nil
        let step = pendingStep
        pendingStep = nil
        step?.finish(.failure(.terminated(error)))
        for channel in ended { channel.fail(error) }
        lastIntroduction = introduction
        session?.free()
        session = nil
        socket?.close(mode: .all, promise: nil)
        origin?.end()
        closeForwards()
    }
}
