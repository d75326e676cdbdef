import NIOCore
import NIOPosix

/// Port forwards: a local unix socket each, and a `direct-tcpip` channel (RFC 4254, 7.2) for every connection to it.
extension SSHConnection {
    /// What belongs to one forward.
    struct Forward {
        var listener: any Channel
        var directory: ForwardDirectory
        var bridges: Set<Int> = []
        var lastFailure: SSHError?
    }

    /// Makes `toHost:port`, as the host sees it, reachable by a local unix socket.
    ///
    /// The target is contacted anew for each connection; one that refuses shows as a closed connection and in
    /// ``SSHPortForward/lastFailure()``. libssh2 opens one channel at a time, so a target that answers neither yes nor no
    /// delays other channels until whoever connected to the socket closes it.
    ///
    /// - Throws: when the socket cannot be made.
    package func forward(toHost host: String, port: Int) async throws(SSHError) -> SSHPortForward {
        if let terminalError { throw terminalError }
        let directory: ForwardDirectory
        do {
            directory = try ForwardDirectory()
        } catch {
            throw localForwardFailure(error)
        }
        let id = makeID()
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelInitializer { listener in
                listener.eventLoop.makeCompletedFuture { try SocketTuning.closeOnExec(listener) }
            }
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try self.assumeIsolated { try $0.accept(child, forward: id, host: host, port: port) }
                }
            }
        do {
            let listener = try await bootstrap.bind(unixDomainSocketPath: directory.socketPath).get()
            if let terminalError {
                listener.close(promise: nil)
                throw terminalError
            }
            forwards[id] = Forward(listener: listener, directory: directory)
            return SSHPortForward(socketPath: directory.socketPath, id: id, connection: self)
        } catch {
            directory.remove()
            throw localForwardFailure(error)
        }
    }

    func lastFailure(ofForward id: Int) -> SSHError? {
        forwards[id]?.lastFailure
    }

    func closeForward(_ id: Int) {
        guard let forward = forwards.removeValue(forKey: id) else { return }
        forward.listener.close(promise: nil)
        forward.directory.remove()
        let closed = SSHError(.closed, label: settings.label, phase: .forward, reason: "the forward was closed")
        for bridge in forward.bridges { bridges[bridge]?.cancel(closed) }
        drive()
    }

    func closeForwards() {
        for id in forwards.keys { closeForward(id) }
    }

    // MARK: Private

    private func accept(_ child: any Channel, forward id: Int, host: String, port: Int) throws {
        guard terminalError == nil, let buffers = session?.buffers else { throw terminalError ?? lost(nil) }
        let bridgeID = makeID()
        let bridge = StreamBridge(
            localLoss: .abandon, standardError: { _ in }, drive: { self.drive() },
            completion: { end in
                self.bridges[bridgeID] = nil
                self.forwards[id]?.bridges.remove(bridgeID)
                if case .failure(let error) = end { self.forwards[id]?.lastFailure = error.during(.forward) }
            })
        let channel = SSHChannel(
            .address(host: host, port: port), label: settings.label, buffers: buffers, consumer: bridge)
        bridge.remote = channel
        bridges[bridgeID] = bridge
        forwards[id]?.bridges.insert(bridgeID)
        try SocketTuning.closeOnExec(child)
        try child.pipeline.syncOperations.addHandler(bridge)
        submit(channel)
    }

    private func localForwardFailure(_ error: any Error) -> SSHError {
        if let error = error as? SSHError { return error }
        return SSHError(
            .localFailure, label: settings.label, phase: .forward, reason: "no local socket for a forward: \(error)",
            underlying: error)
    }
}
