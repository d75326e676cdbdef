/// Opens ways through a host's connection to addresses as the host sees them (direct-tcpip, RFC 4254 section 7.2).
package protocol PortForwarder: Sendable {
    /// The address of the host's own end of our connection: what the host calls itself. The host is asked once.
    var serverAddress: String { get async throws(DeployError) }

    /// A local unix socket whose connections come out at `address:port` on the host.
    ///
    /// It succeeds even when nothing listens there: the refusal is seen by whoever connects.
    func forward(toAddress address: String, port: Int) async throws(DeployError) -> any LocalForward

    /// Opens one connection from the host to `address:port` and closes it again: whether something listens there.
    ///
    /// A forward cannot tell: its near end accepts before the far one has tried.
    ///
    /// - Throws: ``DeployError`` when the host's own connection is lost, or its server forbids forwards. That nothing
    ///   listens is a result, and so is a connection that took longer than `timeout`.
    func attemptConnection(
        toAddress address: String, port: Int, timeout: Duration
    ) async throws(DeployError) -> ConnectionAttempt
}

/// What came of one connection from the host.
package enum ConnectionAttempt: Sendable, Hashable {
    case accepted
    /// `reason` is for people: `connection refused`, `no answer within 5 s`.
    case refused(reason: String)
}

/// A local end of a forward; it lives until it is closed.
package protocol LocalForward: Sendable {
    /// In a directory only we can enter.
    var socketPath: String { get }
    func close() async
}
