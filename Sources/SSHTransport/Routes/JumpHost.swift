import NIOCore

/// The connections to one jump host. One serves all hosts behind it, and others are made only while it is held up.
///
/// libssh2 opens one channel of a connection at a time, and sshd answers an open when the host behind has answered. A host
/// that does not would hold up all others; those who have waited for a while get a connection of their own.
actor JumpHost {
    private typealias Turn = CheckedContinuation<Result<SSHConnection, SSHError>, Never>

    private let label: String
    private let connect: @Sendable () async throws(SSHError) -> SSHConnection
    private let patience: Duration
    private var connections: [SSHConnection] = []
    /// Those that are opening a stream.
    private var busy: Set<ObjectIdentifier> = []
    private var waiting = CircularBuffer<Turn>()
    /// The login in progress; there is one at a time.
    private var login: Task<Void, Never>?
    private var isClosed = false

    /// As many as there are logins at once through one jump host.
    private static let connectionLimit = 8

    /// - Parameters:
    ///   - label: what it is called in messages.
    ///   - patience: how long a host waits for those before it until another connection is made.
    ///   - connect: makes a connection to the jump host; what it throws is what all who wait are told.
    init(
        label: String, patience: Duration = .seconds(1),
        connect: @escaping @Sendable () async throws(SSHError) -> SSHConnection
    ) {
        self.label = label
        self.patience = patience
        self.connect = connect
    }

    /// Opens a stream to an address as the jump host sees it.
    ///
    /// - Parameter timeout: for the answer of that address, from when its turn has come.
    func dial(host: String, port: Int, timeout: Duration) async throws(SSHError) -> RouteStream {
        let connection = try await turn()
        defer { release(connection) }
        return try await connection.dial(host: host, port: port, timeout: timeout)
    }

    /// Ends the connections, and with them all that leads through them.
    func close() async {
        isClosed = true
        fail(closed)
        await login?.value
        let all = connections
        connections = []
        for connection in all { await connection.close() }
    }

    /// How many connections there are.
    var connectionCount: Int { connections.count { $0.isOpen } }

    // MARK: Private

    private var closed: SSHError {
        SSHError(.closed, label: label, phase: .connect, reason: "the connections of the run were closed")
    }

    private func turn() async throws(SSHError) -> SSHConnection {
        if isClosed { throw closed }
        connections.removeAll { !$0.isOpen }
        if let free = connections.first(where: { !busy.contains(ObjectIdentifier($0)) }) {
            busy.insert(ObjectIdentifier(free))
            return free
        }
        // Cancelled below, and then at its end.
        let impatience = Task {
            try await Task.sleep(for: patience)
            logIn()
        }
        defer { impatience.cancel() }
        return try await withCheckedContinuation { turn in
            waiting.append(turn)
            if connectionCount == 0 { logIn() }
        }.get()
    }

    private func logIn() {
        guard login == nil, !waiting.isEmpty, connectionCount < Self.connectionLimit, !isClosed else { return }
        // Its end is awaited by those who wait for their turn, and by close(); the connect timeout bounds it.
        login = Task {
            do throws(SSHError) {
                let connection = try await connect()
                login = nil
                connections.append(connection)
                release(connection)
            } catch {
                login = nil
                guard connectionCount == 0 else { return }
                fail(error)
            }
        }
    }

    private func fail(_ error: SSHError) {
        while let turn = waiting.popFirst() { turn.resume(returning: .failure(error)) }
    }

    private func release(_ connection: SSHConnection) {
        busy.remove(ObjectIdentifier(connection))
        guard connection.isOpen, let next = waiting.popFirst() else {
            if connectionCount == 0 { logIn() }
            return
        }
        busy.insert(ObjectIdentifier(connection))
        next.resume(returning: .success(connection))
    }
}
