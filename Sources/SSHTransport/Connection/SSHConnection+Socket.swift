import NIOCore
import NIOPosix

/// The socket under a connection: a TCP connection of this machine, or one that leads through others.
extension SSHConnection {
    func openSocket(by deadline: ContinuousClock.Instant) async throws(SSHError) {
        if let terminalError { throw terminalError }
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

    /// Goes on over a socket that leads to the server already.
    func useSocket(_ descriptor: CInt) async throws(SSHError) {
        phase = .connect
        do {
            socket = try await ClientBootstrap(group: eventLoop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(SocketHandler(connection: self))
                    }
                }
                .withConnectedSocket(descriptor).get()
        } catch {
            throw connectFailure(error)
        }
        if let terminalError {
            socket?.close(mode: .all, promise: nil)
            throw terminalError
        }
        phase = .banner
    }
}
