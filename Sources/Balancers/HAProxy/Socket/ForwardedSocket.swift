import DeployModel

/// A TCP socket of HAProxy as another host sees it, reached through that host's connection. One forward serves all
/// exchanges; it ends with the connection.
actor ForwardedSocket: RuntimeSocket {
    nonisolated let place: String
    private let host: HostName
    private let address: String
    private let port: Int
    private let connect: BalancerHosts.Forwarder
    private var forward: (any LocalForward)?

    init(address: String, port: Int, on host: HostName, connect: @escaping BalancerHosts.Forwarder) {
        place = LocalSocket(address: .tcp(host: address, port: port)).place
        self.host = host
        self.address = address
        self.port = port
        self.connect = connect
    }

    func exchange(_ line: String, timeout: Duration) async throws(DeployError) -> String {
        let path = try await openForward()
        let failure: SocketExchange.Failure
        do throws(SocketExchange.Failure) {
            let answer = try await SocketExchange.run(line, to: .unix(path: path), timeout: timeout)
            if !answer.isEmpty { return answer }
            // The near end accepts before the far one has tried; nothing at all is what a refusal looks like from here.
            failure = .refused
        } catch {
            failure = error
        }
        if failure != .timedOut, failure != .cancelled {
            let broken = forward
            forward = nil
            await broken?.close()
        }
        var error = DeployError.socket(
            failure == .noSuchSocket ? .refused : failure, at: place, line: line, timeout: timeout)
        error.host = host
        throw error
    }

    private func openForward() async throws(DeployError) -> String {
        if let forward { return forward.socketPath }
        let new = try await connect(host).forward(toAddress: address, port: port)
        if let earlier = forward {
            // Another exchange opened one while this one waited.
            await new.close()
            return earlier.socketPath
        }
        forward = new
        return new.socketPath
    }
}
