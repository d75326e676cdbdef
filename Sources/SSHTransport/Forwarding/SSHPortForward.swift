/// A local unix socket that leads to an address as the host sees it.
///
/// Each connection to the socket opens one channel. The socket lies in a directory of its own that only this user can enter; it
/// is gone after ``close()`` or with the connection.
package final class SSHPortForward: Sendable {
    /// Where to connect to.
    package let socketPath: String
    private let id: Int
    private let connection: SSHConnection

    init(socketPath: String, id: Int, connection: SSHConnection) {
        self.socketPath = socketPath
        self.id = id
        self.connection = connection
    }

    /// Why the last connection did not reach its target; a client sees only that it was closed.
    package func lastFailure() async -> SSHError? {
        await connection.lastFailure(ofForward: id)
    }

    /// Stops listening, ends what goes through, and removes the socket.
    package func close() async {
        await connection.closeForward(id)
    }
}
