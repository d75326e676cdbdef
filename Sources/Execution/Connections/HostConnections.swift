package import DeployModel
package import Logging
package import NIOCore
package import SSHTransport

/// The connections of a run: one for each host, opened once and shared by its executor, its shell and its forwards; one for
/// each jump host, shared by the hosts behind it.
///
/// Hosts are reached at the same time, but no more than the fanout at once, and no more than eight at one address, or
/// behind one jump host, that have not logged in yet: sshd drops more than ten of those at random (`MaxStartups`). A connection that has broken is made anew
/// by whoever needs the host next. Its owner closes it at the end of the run.
package actor HostConnections {
    private let settings: [HostName: SSHConnectionSettings]
    /// Hosts that must not be reached, and why.
    private let refusals: [HostName: DeployError]
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private let jumps: JumpHosts
    private let fanout: TaskLimit
    private var bottlenecks: [Bottleneck: TaskLimit] = [:]
    private var states: [HostName: State] = [:]
    private var isClosed = false

    private enum State {
        case connecting(Task<Result<SSHConnection, DeployError>, Never>)
        case connected(SSHConnection)
        /// It could not be reached ahead of its use: the first use says so.
        case failedAhead(DeployError)
    }

    /// Where many logins at once would be in each other's way.
    private enum Bottleneck: Hashable {
        case address(String, port: Int)
        case jumpHost(JumpHostID)

        init(_ settings: SSHConnectionSettings) {
            if case .jump(let hop) = settings.route {
                self = .jumpHost(JumpHostID(hop))
            } else {
                self = .address(settings.address, port: settings.port)
            }
        }
    }

    private static let unauthenticatedLimit = 8

    /// - Parameter eventLoops: the connections are spread over them, so that several cores share the encryption.
    package init(
        _ settings: [HostName: SSHConnectionSettings], refusals: [HostName: DeployError] = [:], fanout: Int,
        eventLoops: any EventLoopGroup, logger: Logger
    ) {
        self.settings = settings
        self.refusals = refusals
        self.eventLoops = eventLoops
        self.logger = logger
        self.fanout = TaskLimit(max(1, fanout))
        jumps = JumpHosts(eventLoops: eventLoops, logger: logger)
    }

    /// The connections of hosts as they were resolved; one that could not be is refused when it is needed.
    package init(_ table: ConnectionTable, fanout: Int, eventLoops: any EventLoopGroup, logger: Logger) {
        self.init(
            table.results.compactMapValues { try? $0.get().settings },
            refusals: Dictionary(
                uniqueKeysWithValues: table.results.compactMap { host, result in
                    guard case .failure(let error) = result else { return nil }
                    return (host, DeployError(error, host: host))
                }), fanout: fanout, eventLoops: eventLoops, logger: logger)
    }

    /// The open connection to a host, made if there is none.
    ///
    /// - Throws: ``DeployError`` that says why the host cannot be reached.
    package func connection(to host: HostName) async throws(DeployError) -> SSHConnection {
        switch states[host] {
        case .connected(let connection) where connection.isOpen:
            return connection
        case .connecting(let attempt):
            return try await attempt.value.get()
        case .failedAhead(let error):
            states[host] = nil
            throw error
        case .connected, nil:
            return try await startConnecting(to: host).value.get()
        }
    }

    /// Reaches hosts ahead of their use, all at the same time; a failure shows when the host is used.
    package func connect(to hosts: [HostName]) async {
        await withDiscardingTaskGroup { group in
            for host in hosts {
                group.addTask {
                    do throws(DeployError) {
                        _ = try await self.connection(to: host)
                    } catch {
                        await self.keepFailure(error, of: host)
                    }
                }
            }
        }
    }

    /// Closes every connection; none is made after that.
    package func close() async {
        isClosed = true
        let all = states.values
        states = [:]
        await withDiscardingTaskGroup { group in
            for state in all {
                group.addTask {
                    switch state {
                    case .connected(let connection): await connection.close()
                    case .connecting(let attempt):
                        if case .success(let made) = await attempt.value { await made.close() }
                    case .failedAhead: break
                    }
                }
            }
        }
        await jumps.close()
    }

    // MARK: Private

    private func startConnecting(
        to host: HostName
    ) throws(DeployError) -> Task<Result<SSHConnection, DeployError>, Never> {
        if let refusal = refusals[host] { throw refusal }
        guard !isClosed, let settings = settings[host] else {
            throw DeployError(.internal, host: host, "there is no connection to this host")
        }
        // Awaited by everyone who needs this host meanwhile, and by close(). It is a task of its own so that the cancellation
        // of one of them does not fail the others; the connect timeout bounds it.
        let attempt = Task {
            let result = await connect(settings, host)
            if !isClosed { states[host] = (try? result.get()).map { .connected($0) } }
            return result
        }
        states[host] = .connecting(attempt)
        return attempt
    }

    private func keepFailure(_ error: DeployError, of host: HostName) {
        if states[host] == nil, !isClosed { states[host] = .failedAhead(error) }
    }

    private func connect(_ settings: SSHConnectionSettings, _ host: HostName) async -> Result<
        SSHConnection, DeployError
    > {
        let bottleneck = limit(of: Bottleneck(settings))
        do throws(SSHError) {
            // The narrow one first: who waits for it must not keep others from the wide one.
            return .success(
                try await bottleneck.withPermit { () async throws(SSHError) in
                    try await fanout.withPermit { () async throws(SSHError) in
                        try await SSHConnection.connect(settings, through: jumps, on: eventLoops.next(), logger: logger)
                    }
                })
        } catch {
            return .failure(DeployError(error, host: host))
        }
    }

    private func limit(of bottleneck: Bottleneck) -> TaskLimit {
        if let limit = bottlenecks[bottleneck] { return limit }
        let limit = TaskLimit(Self.unauthenticatedLimit)
        bottlenecks[bottleneck] = limit
        return limit
    }
}
