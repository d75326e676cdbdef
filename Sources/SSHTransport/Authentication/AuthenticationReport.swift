/// Why nothing was taken, for the error's text.
struct AuthenticationReport {
    var plan: AuthenticationPlan
    var agent: Result<[AgentIdentity], AgentError>
    var refusals: [(offer: AuthenticationPlan.Offer, reason: String)] = []
    /// What became of the password; nil where there is none.
    var password: String?

    init(plan: AuthenticationPlan, agent: Result<[AgentIdentity], AgentError>) {
        self.plan = plan
        self.agent = agent
    }

    var isAnythingTried: Bool { !refusals.isEmpty || password != nil }

    func reason(user: String) -> String {
        let password = password.map { "; \($0)" } ?? ""
        if refusals.isEmpty {
            return "there is no key to log in as `\(user)` with" + details + password
        }
        let tried = refusals.map { "`\($0.offer.source)` (\($0.offer.algorithm)): \($0.reason)" }
        return "the server took no key for `\(user)`: " + tried.joined(separator: ", ") + details + password
    }

    var hint: String {
        if case .failure(let error) = agent, refusals.isEmpty { return "\(error)" }
        return refusals.isEmpty
            ? "name a private key that is readable, or load one into ssh-agent"
            : "check `authorized_keys` of that account on the host"
    }

    /// A server that ends the connection after some keys were offered has had enough of them (`MaxAuthTries`).
    func explained(_ error: SSHError) -> SSHError {
        guard error.code == .connectionLost, !refusals.isEmpty else { return error }
        var error = error
        error.code = .authenticationFailed
        error.reason += "; it had not taken " + refusals.map { "`\($0.offer.source)`" }.joined(separator: ", ")
        error.hint = ConnectHints.manyKeys
        return error
    }

    private var details: String {
        var clauses = plan.leftOut.map { "`\($0.source)`: \($0.reason)" }
        if case .failure(let error) = agent, !refusals.isEmpty { clauses.append("\(error)") }
        return clauses.isEmpty ? "" : "; not offered: " + clauses.joined(separator: ", ")
    }
}
