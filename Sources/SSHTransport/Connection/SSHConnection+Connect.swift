package import Logging
package import NIOCore
import NIOPosix

/// From the name to an authenticated connection. Each phase is named in its errors; all share the connect timeout.
extension SSHConnection {
    /// Connects, checks the host key and logs in.
    ///
    /// Nothing that names or identifies the user is sent before the host key was found in the known hosts files. A server that
    /// closes the connection before its banner is taken for busy (`MaxStartups`) and asked again until the time is up.
    ///
    /// - Parameter eventLoop: where the connection lives; connections on different loops run in parallel.
    package static func connect(
        _ settings: SSHConnectionSettings, on eventLoop: any EventLoop, logger: Logger
    ) async throws(SSHError) -> SSHConnection {
        try await establish(settings, .login, on: eventLoop, logger: logger)
    }

    /// Asks a server for its host key, and leaves before anything about the user is sent.
    ///
    /// The server has proved that it holds the key; whether it is the right one is for the caller to find out.
    ///
    /// - Parameter types: the types of keys to ask for, best first.
    /// - Throws: ``SSHError/Code/keyExchangeFailed`` where the server has no key of these types, among others.
    package static func hostKey(
        _ settings: SSHConnectionSettings, ofTypes types: [String], on eventLoop: any EventLoop, logger: Logger
    ) async throws(SSHError) -> HostKey {
        let connection = try await establish(settings, .hostKey(types: types), on: eventLoop, logger: logger)
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
        _ settings: SSHConnectionSettings, _ purpose: Purpose, on eventLoop: any EventLoop, logger: Logger
    ) async throws(SSHError) -> SSHConnection {
        let deadline = ContinuousClock.now + settings.connectTimeout
        var retry = BusyServerRetry()
        while true {
            let connection = SSHConnection(settings, eventLoop: eventLoop, logger: logger)
            do {
                try await connection.establish(purpose, by: deadline)
                return connection
            } catch {
                guard error.code == .serverBusy, let delay = retry.nextDelay(),
                    ContinuousClock.now + delay < deadline
                else { throw error }
                do {
                    try await Task.sleep(for: delay)
                } catch {
                    throw connection.cancellation()
                }
            }
        }
    }

    private func establish(_ purpose: Purpose, by deadline: ContinuousClock.Instant) async throws(SSHError) {
        connectDeadline = deadline
        schedule(.connect, in: deadline - ContinuousClock.now) { $0.connectDidTimeOut() }
        let result: Result<Void, SSHError> = await withTaskCancellationHandler {
            do throws(SSHError) {
                return .success(try await runPhases(purpose, by: deadline))
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
        try result.get()
    }

    private func runPhases(_ purpose: Purpose, by deadline: ContinuousClock.Instant) async throws(SSHError) {
        if case .hostKey(let types) = purpose {
            var preferences = AlgorithmPreferences(knownKeyTypes: [], choice: settings.algorithms)
            preferences.hostKeyTypes = types
            return try await shakeHands(preferences, by: deadline)
        }
        async let agent = agentIdentities()
        let knownHosts = await settings.credentials.knownHosts(settings.knownHostsFiles, settings.knownHostsText)
        let name = settings.knownHostsName
        let knownKeyTypes = knownHosts.knownKeyTypes(host: name.host, port: name.port)
        try await shakeHands(
            AlgorithmPreferences(knownKeyTypes: knownKeyTypes, choice: settings.algorithms), by: deadline)
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
        _ preferences: AlgorithmPreferences, by deadline: ContinuousClock.Instant
    ) async throws(SSHError) {
        session = try makeSession(preferences)
        try await openSocket(by: deadline)
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

    private func openSocket(by deadline: ContinuousClock.Instant) async throws(SSHError) {
        if let terminalError { throw terminalError }
        guard case .direct = settings.route else {
            throw failure(.localFailure, "jump hosts and proxy commands are not supported")
        }
        let (resolver, local) = try addressing()
        phase = resolver == nil ? .connect : .nameResolution
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(deadline - ContinuousClock.now))
            .resolver(resolver)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SocketHandler(connection: self))
                    try SocketTuning.closeOnExec(channel)
                    try SocketTuning.limitSilence(
                        of: channel, to: self.settings.keepaliveInterval * self.settings.keepaliveCount)
                }
            }
        if let local { bootstrap = bootstrap.bind(to: local) }
        // A promise of our own, which ``terminate(_:)`` fails: a name or an address that hangs must not hold up a
        // cancellation.
        let connected = eventLoop.makePromise(of: (any Channel).self)
        connecting = connected
        bootstrap.connect(host: settings.address, port: settings.port).whenComplete { result in
            self.assumeIsolated { connection in
                if case .success(let channel) = result, connection.terminalError != nil { channel.close(promise: nil) }
            }
            connected.completeWith(result)
        }
        do {
            socket = try await connected.futureResult.get()
        } catch let error as SSHError {
            throw error
        } catch {
            throw connectFailure(error)
        }
        connecting = nil
        phase = .banner
    }

    /// Who resolves the name, if it is one, and the address to connect from.
    private func addressing() throws(SSHError) -> (resolver: HostResolver?, local: SocketAddress?) {
        let family = settings.addressFamily
        var local: SocketAddress?
        if let text = settings.bindAddress {
            local = try? SocketAddress(ipAddress: text, port: 0)
            guard local != nil else {
                throw failure(
                    .localFailure, "`\(text)` is no IP address to connect from", hint: ConnectHints.bindAddress)
            }
        }
        let isWanted = { @Sendable [local] (address: SocketAddress) in
            family.holds(address) && (local.map { $0.protocol == address.protocol } ?? true)
        }
        guard let address = try? SocketAddress(ipAddress: settings.address, port: settings.port) else {
            let resolver = HostResolver(eventLoop: eventLoop, isWanted: isWanted) {
                self.assumeIsolated { $0.phase = .connect }
            }
            return (resolver, local)
        }
        guard isWanted(address) else {
            phase = .connect
            throw failure(
                .connectFailed, "`\(settings.address)` is not of the address family that is asked for",
                hint: "see `AddressFamily` and `BindAddress` in ssh_config")
        }
        return (nil, local)
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
                .timedOut, "no answer within \(settings.connectTimeout)\(said ?? "")",
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
