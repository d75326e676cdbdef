package import Logging
package import NIOCore
import NIOPosix

/// From the name to an authenticated connection. Each phase is named in its errors; all share the connect timeout.
extension SSHConnection {
    /// Connects, checks the host key and logs in.
    ///
    /// Nothing that names or identifies the user is sent before the host key was found in the known hosts files. A server that
    /// closes the connection before its banner is taken for busy (`MaxStartups`) and asked again until the time is up. Where a
    /// passphrase or a password has to be asked for, the time starts again after the answer.
    ///
    /// - Parameters:
    ///   - jumps: the way through jump hosts, shared by all connections of a run; needed where the route leads through one.
    ///   - eventLoop: where the connection lives; connections on different loops run in parallel.
    package static func connect(
        _ settings: SSHConnectionSettings, through jumps: JumpHosts? = nil, on eventLoop: any EventLoop, logger: Logger
    ) async throws(SSHError) -> SSHConnection {
        try await establish(settings, .login, through: jumps, on: eventLoop, logger: logger)
    }

    /// Asks a server for its host key, and leaves before anything about the user is sent.
    ///
    /// The server has proved that it holds the key; whether it is the right one is for the caller to find out.
    ///
    /// - Parameters:
    ///   - types: the types of keys to ask for, best first.
    ///   - jumps: as for ``connect(_:through:on:logger:)``.
    /// - Throws: ``SSHError/Code/keyExchangeFailed`` where the server has no key of these types, among others.
    package static func hostKey(
        _ settings: SSHConnectionSettings, ofTypes types: [String], through jumps: JumpHosts? = nil,
        on eventLoop: any EventLoop, logger: Logger
    ) async throws(SSHError) -> HostKey {
        let connection = try await establish(
            settings, .hostKey(types: types), through: jumps, on: eventLoop, logger: logger)
        do throws(SSHError) {
            let key = try await connection.shownHostKey()
            await connection.close()
            return key
        } catch {
            await connection.close()
            throw error
        }
    }

    // MARK: Private

    /// What a connection is made for.
    private enum Purpose: Sendable {
        case login
        case hostKey(types: [String])
    }

    private static func establish(
        _ settings: SSHConnectionSettings, _ purpose: Purpose, through jumps: JumpHosts?,
        on eventLoop: any EventLoop, logger: Logger
    ) async throws(SSHError) -> SSHConnection {
        var deadline: ContinuousClock.Instant?
        var retry = BusyServerRetry()
        while true {
            let stream = try await stream(to: settings, jumps, eventLoop, logger)
            // The way through a jump host has its own deadlines.
            let end = deadline ?? .now + settings.connectTimeout
            deadline = end
            let connection = SSHConnection(settings, eventLoop: eventLoop, logger: logger)
            do {
                try await connection.establish(purpose, over: stream, by: end)
                return connection
            } catch {
                if let secret = await connection.missingSecret {
                    await ask(for: secret, settings)
                    deadline = nil
                    continue
                }
                guard error.code == .serverBusy, let delay = retry.nextDelay(), ContinuousClock.now + delay < end
                else { throw error }
                do {
                    try await Task.sleep(for: delay)
                } catch {
                    throw connection.cancellation()
                }
            }
        }
    }

    private static func ask(for secret: MissingSecret, _ settings: SSHConnectionSettings) async {
        switch secret {
        case .passphrase(let file):
            guard let source = settings.passphrases else { return }
            await settings.credentials.unlock(file, by: source)
        case .password:
            guard let source = settings.passwords else { return }
            await settings.credentials.password(of: settings.user, host: settings.label, by: source)
        }
    }

    private static func stream(
        to settings: SSHConnectionSettings, _ jumps: JumpHosts?, _ eventLoop: any EventLoop, _ logger: Logger
    ) async throws(SSHError) -> RouteStream? {
        switch settings.route {
        case .direct: return nil
        case .command: return try await (jumps ?? JumpHosts(eventLoops: eventLoop, logger: logger)).stream(to: settings)
        case .jump(let hop):
            guard let jumps else {
                throw SSHError(
                    .localFailure, label: settings.label, phase: .connect,
                    reason: "nobody keeps a connection to the jump host `\(hop.label)`")
            }
            return try await jumps.stream(to: settings)
        }
    }

    private func establish(
        _ purpose: Purpose, over stream: RouteStream?, by deadline: ContinuousClock.Instant
    ) async throws(SSHError) {
        connectDeadline = deadline
        origin = stream?.origin
        schedule(.connect, in: deadline - ContinuousClock.now) { $0.connectDidTimeOut() }
        let result: Result<Void, SSHError> = await withTaskCancellationHandler {
            do throws(SSHError) {
                return .success(try await runPhases(purpose, over: stream, by: deadline))
            } catch {
                // The first reason counts: a timeout or a cancellation shows up as a failure of the phase it ended.
                let first = terminalError
                terminate(error)
                return .failure(first.map { [.timedOut, .cancelled, .closed].contains($0.code) ? $0 : error } ?? error)
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.terminate(self.cancellation()) } }
        }
        cancel(.connect)
        if case .failure(let error) = result { throw await explained(error) }
    }

    private func runPhases(
        _ purpose: Purpose, over stream: RouteStream?, by deadline: ContinuousClock.Instant
    ) async throws(SSHError) {
        if case .hostKey(let types) = purpose {
            var preferences = AlgorithmPreferences(knownKeyTypes: [], choice: settings.algorithms)
            preferences.hostKeyTypes = types
            return try await shakeHands(preferences, over: stream, by: deadline)
        }
        async let agent = agentIdentities()
        let knownHosts = await settings.credentials.knownHosts(settings.knownHostsFiles, settings.knownHostsText)
        let name = settings.knownHostsName
        let knownKeyTypes = knownHosts.knownKeyTypes(host: name.host, port: name.port)
        try await shakeHands(
            AlgorithmPreferences(knownKeyTypes: knownKeyTypes, choice: settings.algorithms), over: stream, by: deadline)
        phase = .hostKey
        try await verifyHostKey(knownHosts)
        phase = .authentication
        try await authenticate(agent: agent)
        phase = .idle
        status.didOpen()
        logger.debug(
            "connected", metadata: ["server": "\(session?.serverBanner ?? "")", "address": "\(serverAddress)"])
        startKeepalive()
        // Opens the channel of the first command while the caller is still preparing it.
        drive()
    }

    /// Connects and exchanges keys: from then on the server's key is known.
    private func shakeHands(
        _ preferences: AlgorithmPreferences, over stream: RouteStream?, by deadline: ContinuousClock.Instant
    ) async throws(SSHError) {
        session = try makeSession(preferences)
        if let descriptor = stream?.takeDescriptor() {
            try await useSocket(descriptor)
        } else {
            try await openSocket(by: deadline)
        }
        try await handshake()
        session?.buffers.forgetFirstBytes()
    }

    private func makeSession(_ preferences: AlgorithmPreferences) throws(SSHError) -> LibSSH2Session {
        func setup<Value>(_ body: () throws(LibSSH2Error) -> Value) throws(SSHError) -> Value {
            do {
                return try body()
            } catch {
                throw failure(.localFailure, "libssh2 could not be set up: \(error.message)", underlying: error)
            }
        }
        let session = try setup { () throws(LibSSH2Error) in try LibSSH2Session() }
        offeredAlgorithms = session.offered(preferences)
        for kind in ServerAlgorithms.Kind.allCases where offeredAlgorithms[kind, default: []].isEmpty {
            throw algorithmsMissing(kind, of: preferences)
        }
        try setup { () throws(LibSSH2Error) in
            try session.prefer(preferences)
            if settings.isCompressed { try session.allowCompression() }
        }
        return session
    }

    private func handshake() async throws(SSHError) {
        do {
            try await perform { session throws(LibSSH2Error) in
                defer { self.phase = session.hasServerIdentification ? .keyExchange : .banner }
                return try session.handshake()
            }
        } catch {
            throw handshakeFailure(error)
        }
    }

    private func connectDidTimeOut() {
        let said = phase == .banner ? session?.serverBanner.map { "; it said \($0.debugDescription)" } : nil
        terminate(
            failure(
                .timedOut, "no answer from \(place) within \(settings.connectTimeout.text)\(said ?? "")",
                hint: ConnectHints.timeout(in: phase)))
    }
}

/// Waits between attempts at a server that is busy with other logins; sshd drops some of them at random (`MaxStartups`).
struct BusyServerRetry {
    private var attempts = 0

    /// The time to wait, random so that many clients do not come back at once; `nil` after ten attempts.
    mutating func nextDelay() -> Duration? {
        guard attempts < 10 else { return nil }
        defer { attempts += 1 }
        let ceiling = min(1_500, 100 << attempts)
        return .milliseconds(Int.random(in: ceiling / 2...ceiling))
    }
}
