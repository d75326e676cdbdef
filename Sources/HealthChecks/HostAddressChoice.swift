import DeployModel

/// The address a service is probed at on its own host: the first of the candidates that accepts a connection, and that
/// one from then on. The first look of a run, in preflight, fixes it; where the service is down then, the first that
/// accepts later.
///
/// A service may listen on the address the world sees, on 127.0.0.1 only, or on ::1 only. Once it has answered at one,
/// moving to another would let a stray process of the same port pass for it.
actor HostAddressChoice {
    enum Choice: Sendable, Equatable {
        /// Fixed by an earlier look; not tried now.
        case fixed(String)
        /// Accepted a connection just now.
        case found(String)
        /// Nothing accepts.
        case none([Refusal])
    }

    struct Refusal: Sendable, Equatable, CustomStringConvertible {
        var address: String
        var port: Int
        var reason: String

        var description: String { "\(reason) at \(ProbeURL.authority(address, port))" }
    }

    private let forwarder: any PortForwarder
    private let port: Int
    private var fixedAddress: String?

    init(port: Int, forwarder: any PortForwarder) {
        self.port = port
        self.forwarder = forwarder
    }

    /// - Parameter timeout: for all candidates together; each gets its share, so that one that drops packets leaves
    ///   time for the others.
    /// - Throws: as ``PortForwarder/attemptConnection(toAddress:port:timeout:)``.
    func choose(timeout: Duration) async throws(DeployError) -> Choice {
        if let fixedAddress { return .fixed(fixedAddress) }
        let candidates = Self.candidates(serverAddress: try await forwarder.serverAddress)
        var refusals: [Refusal] = []
        for address in candidates {
            switch try await attempt(address, timeout: timeout / candidates.count) {
            case nil:
                fixedAddress = fixedAddress ?? address
                return .found(address)
            case let refusal?:
                refusals.append(refusal)
            }
        }
        return .none(refusals)
    }

    /// `nil` when the connection was accepted.
    func attempt(_ address: String, timeout: Duration) async throws(DeployError) -> Refusal? {
        switch try await forwarder.attemptConnection(toAddress: address, port: port, timeout: timeout) {
        case .accepted: nil
        case .refused(let reason): Refusal(address: address, port: port, reason: reason)
        }
    }

    /// A candidate other than the fixed address that accepts connections now: where the service may have moved.
    func addressElsewhere(timeout: Duration) async throws(DeployError) -> String? {
        let others = Self.candidates(serverAddress: try await forwarder.serverAddress).filter { $0 != fixedAddress }
        for address in others {
            if try await attempt(address, timeout: timeout / others.count) == nil { return address }
        }
        return nil
    }

    // MARK: Private

    private static func candidates(serverAddress: String) -> [String] {
        let mapped = "::ffff:"
        let isMappedV4 = serverAddress.hasPrefix(mapped) && serverAddress.contains(".")
        let own = isMappedV4 ? String(serverAddress.dropFirst(mapped.count)) : serverAddress
        let loopback = ["127.0.0.1", "::1"]
        return own.isEmpty || loopback.contains(own) ? loopback.sorted { $0 == own && $1 != own } : [own] + loopback
    }
}
