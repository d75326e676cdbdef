import DeployModel

extension TargetPrior {
    private static let agentKey = "agent"

    /// Whether the server's agent was asked when the prior was recorded; `nil` when it was recorded of a server that was
    /// already out, where the drain may have turned the agent off.
    var agent: ServerReading.Agent? { values[Self.agentKey].flatMap { ServerReading.Agent(rawValue: $0) } }

    fileprivate init(agent: ServerReading.Agent) { self.init([Self.agentKey: agent.rawValue]) }
}

extension ProcessReading {
    func prior(of server: ServerReading) -> TargetPrior {
        guard let root = servers[root(of: server.name)], root.agent != .none, !root.isOut else { return TargetPrior() }
        return TargetPrior(agent: root.agent)
    }
}
