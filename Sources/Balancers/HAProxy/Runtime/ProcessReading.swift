import DeployModel

/// One consistent reading of one HAProxy process.
struct ProcessReading: Sendable {
    var process: ProcessIdentity
    var servers: [ServerName: ServerReading]
    /// The backends whose clients stick to a server by a table.
    var stickTables: Set<String>

    /// - Throws: `.balancerFailed` with what HAProxy said instead, or with the column that is missing.
    init(_ text: String, at now: ContinuousClock.Instant) throws(DeployError) {
        let answer = RuntimeAnswer(text)
        if let complaint = answer.complaints.first {
            throw DeployError(.balancerFailed, "HAProxy answered: \(ForeignText.line(complaint))")
        }
        guard let process = answer.info.flatMap({ ProcessIdentity($0, at: now) }) else {
            throw DeployError(.balancerFailed, "HAProxy's `show info` has no `Pid` and `Uptime_sec`")
        }
        var statistics: [String: RuntimeTable.Row] = [:]
        for row in answer.statistics { statistics["\(row["pxname"] ?? "")/\(row["svname"] ?? "")"] = row }
        var servers: [ServerName: ServerReading] = [:]
        for row in answer.states {
            let name = "\(row["be_name"] ?? "")/\(row["srv_name"] ?? "")"
            guard let reading = ServerReading(state: row, statistic: statistics[name] ?? [:]) else {
                throw DeployError(
                    .balancerFailed, "HAProxy's tables lack a column about `\(ForeignText.line(name))`",
                    hint: "versions 2.2 and later are known to work")
            }
            servers[reading.name] = reading
        }
        self.process = process
        self.servers = servers
        stickTables = answer.stickTables
    }

    /// Adds the backends of a further reading of the same process.
    mutating func add(_ other: ProcessReading) {
        servers.merge(other.servers) { _, new in new }
        stickTables.formUnion(other.stickTables)
    }

    /// The server whose administrative state decides for `name`: itself, or the end of a chain of `track`.
    func root(of name: ServerName) -> ServerName {
        var current = name
        var visited: Set<ServerName> = [name]
        while let next = servers[current]?.tracked, visited.insert(next).inserted { current = next }
        return current
    }

    func state(of server: ServerReading) -> TargetState {
        let root = root(of: server.name)
        // A tracked server outside what was read: it is tracked for its checks.
        return server.state(hasOpinion: servers[root]?.hasCheck ?? true)
    }

    /// Clients that HAProxy sends to this server whatever its drain says: by a cookie, or by a stick table of the
    /// backend.
    func hasStickyClients(_ name: ServerName) -> Bool {
        servers[name]?.hasCookie == true || stickTables.contains(name.backend)
    }
}

/// Tells one HAProxy process from the one that a reload put in its place. A pid alone does not: in a container it is
/// the same after each restart.
struct ProcessIdentity: Sendable, Hashable {
    private let pid: Int
    private let startedAt: ContinuousClock.Instant

    init?(_ info: [String: String], at now: ContinuousClock.Instant) {
        guard let pid = info["Pid"].flatMap({ Int($0) }), let uptime = info["Uptime_sec"].flatMap({ Int64($0) }) else {
            return nil
        }
        self.pid = pid
        startedAt = now - .seconds(uptime)
    }

    /// `Uptime_sec` counts whole seconds, and an answer takes its time.
    func isSameProcess(as other: ProcessIdentity) -> Bool {
        let difference = startedAt.duration(to: other.startedAt)
        return pid == other.pid && difference < .seconds(3) && difference > .seconds(-3)
    }
}
