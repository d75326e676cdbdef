/// Opens ways through a host's connection to addresses as the host sees them (direct-tcpip, RFC 4254 section 7.2).
package protocol PortForwarder: Sendable {
    /// The address of the host's own end of our connection: what the host calls itself.
    var serverAddress: String { get }

    /// A local unix socket whose connections come out at `address:port` on the host.
    ///
    /// It succeeds even when nothing listens there: the refusal is seen by whoever connects.
    func forward(toAddress address: String, port: Int) async throws(DeployError) -> any LocalForward
}

/// A local end of a forward; it lives until it is closed.
package protocol LocalForward: Sendable {
    /// In a directory only we can enter.
    var socketPath: String { get }
    func close() async
}
