import DeployModel

/// What HAProxy says about one server, joined from `show servers state` (numbers, which decide) and `show stat` (counts,
/// and words for people).
struct ServerReading: Sendable, Hashable {
    let name: ServerName
    /// An IP address, or `-`.
    var address: String
    var port: Int?
    /// The DNS name the server was configured with, if any.
    var domainName: String?
    /// 0 stopped, 1 starting, 2 running, 3 stopping.
    var operational: Int
    var administrative: Administrative
    var hasCheck: Bool
    var agent: Agent
    /// How many checks in a row were good, up to `rise` + `fall` - 1.
    var checkHealth: Int
    var weight: Int
    var sessions: Int
    var queued: Int
    /// `UP`, `DOWN 1/2`, `no check`, …
    var status: String
    /// `L7STS/503`, `L4CON`, …; empty without a check.
    var checkStatus: String
    var hasCookie: Bool
    /// The server whose state this one follows.
    var tracked: ServerName?

    /// `srv_admin_state`. Bit 4 only remembers that the configuration says `disabled`: a server that was made ready
    /// since carries it and serves.
    struct Administrative: OptionSet, Sendable, Hashable {
        let rawValue: Int

        static let forcedMaintenance = Administrative(rawValue: 0x01)
        static let inheritedMaintenance = Administrative(rawValue: 0x02)
        static let forcedDrain = Administrative(rawValue: 0x08)
        static let inheritedDrain = Administrative(rawValue: 0x10)
        /// Its name has no address.
        static let unresolved = Administrative(rawValue: 0x20)
        static let noHostName = Administrative(rawValue: 0x40)

        static let maintenance: Administrative = [
            .forcedMaintenance, .inheritedMaintenance, .unresolved, .noHostName,
        ]
        static let drain: Administrative = [.forcedDrain, .inheritedDrain]
    }

    enum Agent: String, Sendable { case none, enabled, disabled }

    /// Requests in progress, open tunnels, and requests that wait for this server.
    var inFlight: Int { sessions + queued }

    /// Whether it is kept from new requests by an administrator's act, not by its health.
    var isOut: Bool { !administrative.isDisjoint(with: .maintenance.union(.drain)) }

    /// - Parameter hasOpinion: whether checks stand behind the operational state: its own, or those of the server it
    ///   tracks.
    func state(hasOpinion: Bool) -> TargetState {
        if !administrative.isDisjoint(with: .maintenance) {
            if inFlight > 0 { return .draining(inFlight: inFlight) }
            return .out(administrative.contains(.unresolved) ? "maintenance: its name has no address" : "maintenance")
        }
        if !administrative.isDisjoint(with: .drain) { return .draining(inFlight: inFlight) }
        if weight == 0 { return inFlight > 0 ? .draining(inFlight: inFlight) : .out("weight 0") }
        switch operational {
        case 0 where hasOpinion && checkHealth > 0: return .warming(words)
        case 0: return .unhealthy(words)
        case 1: return .warming("slow start")
        case 2: return hasOpinion ? .inService : .assumedInService
        case 3: return .unhealthy("stopping by its own answer (\(words))")
        default: return .unknown("HAProxy says state \(operational)")
        }
    }

    private var words: String { checkStatus.isEmpty ? status : "\(status), \(checkStatus)" }
}

extension ServerReading {
    /// - Returns: `nil` when a column that decides is missing or is not a number.
    init?(state: RuntimeTable.Row, statistic: RuntimeTable.Row) {
        func number(_ row: RuntimeTable.Row, _ column: String) -> Int? { row[column].flatMap { Int($0) } }
        guard let name = ServerName(backend: state["be_name"] ?? "", server: state["srv_name"] ?? ""),
            let operational = number(state, "srv_op_state"), let administrative = number(state, "srv_admin_state"),
            let weight = number(state, "srv_uweight"), let checkState = number(state, "srv_check_state"),
            let sessions = number(statistic, "scur"), let queued = number(statistic, "qcur")
        else { return nil }
        self.name = name
        address = state["srv_addr"] ?? "-"
        port = number(state, "srv_port")
        domainName = state["srv_fqdn"].flatMap { $0 == "-" || $0.isEmpty ? nil : $0 }
        self.operational = operational
        self.administrative = Administrative(rawValue: administrative)
        // Configured and not turned off by `disable health`: CHK_ST_ENABLED, and the agent's CHK_ST_CONFIGURED.
        hasCheck = checkState & 4 != 0
        let agentState = number(state, "srv_agent_state") ?? 0
        agent = agentState & 2 == 0 ? .none : agentState & 4 != 0 ? .enabled : .disabled
        checkHealth = number(state, "srv_check_health") ?? 0
        self.weight = weight
        self.sessions = max(0, sessions)
        self.queued = max(0, queued)
        status = statistic["status"] ?? ""
        checkStatus = [statistic["check_status"], statistic["check_code"]].compactMap { $0 }.filter { !$0.isEmpty }
            .joined(separator: "/")
        hasCookie = !(statistic["cookie"] ?? "").isEmpty
        tracked = statistic["tracked"].flatMap { ServerName($0) }
    }
}
