/// Says how OpenSSH would reach a host with the user's `ssh_config`.
///
/// What it says is what `ssh -G` says. It reads no file; it runs the commands of `Match exec`, and looks up names only where
/// `CanonicalizeHostname` asks for it.
package struct ClientConfigResolver: Sendable {
    private let config: ClientConfig
    private let environment: ClientConfigEnvironment

    package init(_ config: ClientConfig, environment: ClientConfigEnvironment) {
        self.config = config
        self.environment = environment
    }

    /// - Throws: every line that is wrong, whether or not it is about this host; or the one that cannot be used for it.
    package func resolve(_ query: ClientConfigQuery) async throws(ClientConfigError) -> ResolvedClientConfig {
        try check(query)
        let mistakes = config.issues
        var evaluation = ClientConfigEvaluation(query, environment)
        do throws(ClientConfigError) {
            try await evaluation.read(config)
        } catch {
            throw ClientConfigError(mistakes + evaluation.issues + error.issues)
        }
        guard (mistakes + evaluation.issues).isEmpty else {
            throw ClientConfigError(mistakes + evaluation.issues)
        }

        let naming = ClientConfigNaming(evaluation, environment)
        let host = try await naming.host()
        if evaluation.wantsFinalPass || naming.isCanonicalizing {
            try await evaluation.readAgain(config, host: host)
            guard evaluation.issues.isEmpty else { throw ClientConfigError(evaluation.issues) }
        }
        try check(evaluation)
        return try ResolvedClientConfig(evaluation, host: host, environment)
    }

    // MARK: Private

    /// What OpenSSH finds out only once all is read.
    private func check(_ evaluation: ClientConfigEvaluation) throws(ClientConfigError) {
        if evaluation.integer(.connectionAttempts) == 0 {
            throw ClientConfigError(
                evaluation.first[.connectionAttempts]?.location, "`connectionattempts`: no attempt is too few")
        }
        if evaluation.flag(.proxyUseFdpass), evaluation.text(.proxyCommand) == "-" {
            throw ClientConfigError(
                evaluation.first[.proxyUseFdpass]?.location, "`proxyusefdpass` and `proxycommand -` exclude each other")
        }
    }

    /// Names end up in commands for a shell (`Match exec`, `ProxyCommand`); OpenSSH refuses the same ones.
    private func check(_ query: ClientConfigQuery) throws(ClientConfigError) {
        let metacharacters = Set("'`\"$\\;&<>|(){},".utf8)
        let isHost = query.host.utf8.allSatisfy { !metacharacters.contains($0) && $0 > 0x20 && $0 != 0x7f }
        guard isHost, !query.host.isEmpty, !query.host.hasPrefix("-") else {
            throw ClientConfigError(nil, "`\(query.host)` is no name of a host")
        }
        guard let user = query.user else { return }
        let forbidden = Set("'`\";&<>|(){}".utf8)
        let isUser = user.utf8.allSatisfy { !forbidden.contains($0) && $0 >= 0x20 && $0 != 0x7f }
        guard isUser, !user.isEmpty, !user.hasPrefix("-"), !user.hasSuffix("\\"), !user.contains(" -") else {
            throw ClientConfigError(nil, "`\(user)` is no name of a user")
        }
    }
}
