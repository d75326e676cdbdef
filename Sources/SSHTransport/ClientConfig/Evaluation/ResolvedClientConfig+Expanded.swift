/// What is expanded only where it is used, as in OpenSSH: a variable that is missing then does no harm elsewhere.
extension ResolvedClientConfig {
    /// How the connection gets to the host.
    package enum Way: Sendable, Hashable {
        case direct
        /// Through these hosts, in this order; what is not said of one comes from its own settings.
        case jump([JumpRoute.Hop])
        /// Through the standard streams of a command for the user's shell.
        case command(String)
    }

    /// The keys to offer, expanded and in their order.
    ///
    /// - Throws: for a path that cannot be expanded.
    package func identityPaths() throws(ClientConfigError) -> [Setting<String>] {
        try expanded(identityFiles, "identityfile")
    }

    /// - Throws: for a path that cannot be expanded.
    package func certificatePaths() throws(ClientConfigError) -> [Setting<String>] {
        try expanded(certificateFiles, "certificatefile")
    }

    /// The agent's socket; nil: there is no agent.
    package var agentSocketPath: String? {
        let ofSession = environment.variables["SSH_AUTH_SOCK"].flatMap { $0.isEmpty ? nil : $0 }
        switch identityAgent?.value {
        case nil, "SSH_AUTH_SOCK": return ofSession
        case "none": return nil
        case let path? where path.hasPrefix("$"): return environment.variables[String(path.dropFirst())]
        case let path?: return path
        }
    }

    /// - Throws: for a token that stands for nothing.
    package func way() throws(ClientConfigError) -> Way {
        do throws(ClientConfigExpansion.Failure) {
            if let jump = proxyJump {
                return .jump(
                    try jump.value.hops.map { (hop) throws(ClientConfigExpansion.Failure) in
                        JumpRoute.Hop(
                            user: try hop.user.map { (user) throws(ClientConfigExpansion.Failure) in
                                try tokens.proxyExpansion.expandingTokens(user)
                            }, host: try tokens.proxyExpansion.expandingTokens(hop.host), port: hop.port)
                    })
            }
            guard let command = proxyCommand else { return .direct }
            return .command(try tokens.proxyExpansion.expandingTokens(command.value))
        } catch {
            throw ClientConfigError((proxyJump?.location ?? proxyCommand?.location), "the proxy: \(error.message)")
        }
    }

    /// What says how to get to the host.
    package var wayOrigin: ClientConfigOrigin {
        proxyJump?.origin ?? proxyCommand?.origin ?? .byDefault
    }

    /// Refuses a host that is reached through itself.
    func checkWay() throws(ClientConfigError) {
        guard let last = proxyJump?.value.hops.last, last.host == hostName.value, (last.port ?? 22) == port.value,
            (last.user ?? user.value) == user.value
        else { return }
        throw ClientConfigError(proxyJump?.location, "`\(last.host)` is its own jump host")
    }

    // MARK: Private

    private func expanded(
        _ settings: [Setting<String>], _ keyword: String
    ) throws(ClientConfigError) -> [Setting<String>] {
        try settings.filter { $0.value.asciiLowercased != "none" }.map { (setting) throws(ClientConfigError) in
            try Self.expand(setting, keyword, tokens, environment)
        }
    }
}
