/// A setting in effect for a host that is done differently here than by OpenSSH, or not at all.
package struct ClientConfigNotice: Hashable, Sendable {
    package enum Weight: Sendable, Hashable {
        /// Nothing that matters to a deployment: for a list of what is not used.
        case note
        /// It changes what the user counts on: to be said aloud.
        case warning
        /// Going on without it could be unsafe, or lead to another machine: the host is refused.
        case refusal
    }

    package var weight: Weight
    package var keyword: ClientConfigKeyword
    package var location: ClientConfigLocation?
    /// One sentence without the keyword.
    package var message: String
}

extension ClientConfigNotice: CustomStringConvertible {
    package var description: String { (location.map { "\($0): " } ?? "") + "`\(keyword.rawValue)`: \(message)" }
}

extension ClientConfigNotice {
    /// All that is to be said of an evaluation, the heaviest first.
    static func notices(on evaluation: ClientConfigEvaluation) -> [ClientConfigNotice] {
        let notices = ClientConfigKeyword.allCases.compactMap { keyword -> ClientConfigNotice? in
            guard let setting = evaluation.first[keyword] else { return nil }
            return notice(on: keyword, setting.value, evaluation).map { weight, message in
                ClientConfigNotice(weight: weight, keyword: keyword, location: setting.location, message: message)
            }
        }
        return [.refusal, .warning, .note].flatMap { weight in notices.filter { $0.weight == weight } }
    }

    // MARK: Private

    /// - Returns: nil for a setting that is heeded, that says what holds anyway, or that concerns interactive use alone.
    private static func notice(
        on keyword: ClientConfigKeyword, _ value: ClientConfigValue, _ evaluation: ClientConfigEvaluation
    ) -> (Weight, String)? {
        switch (keyword, value) {
        case (_, .flag(false)): nil
        case (_, .choice("false")) where keyword != .strictHostKeyChecking: nil
        case (_, .text(let text)) where text.asciiLowercased == "none" && keyword != .bindInterface: nil

        case (.strictHostKeyChecking, .choice("false")):
            (.warning, "host keys are checked all the same; `deploy trust` records them")
        case (.knownHostsCommand, _): (.warning, "it is not run; only the files of known hosts count")
        case (.revokedHostKeys, _):
            (.refusal, "lists of revoked keys are not supported; mark the keys `@revoked` in a file of known hosts")
        case (.verifyHostKeyDNS, _): (.warning, "DNS is not asked for host keys; only the files of known hosts count")
        case (.checkHostIP, _): (.warning, "only the name of the host is looked up in the files of known hosts")
        case (.noHostAuthenticationForLocalhost, _): (.warning, "the host key of localhost is checked all the same")
        case (.requiredRSASize, _): (.warning, "the size of RSA keys is not checked")
        case (.pubkeyAcceptedAlgorithms, .algorithms(let list)) where list.operation != .append:
            (.warning, "the algorithms of signatures are chosen by what the server takes")

        case (.proxyUseFdpass, _) where evaluation.text(.proxyCommand) != nil:
            (.refusal, "a connection that the command passes on is not supported")
        case (.refuseConnection, .text(let reason)): (.refusal, reason)
        case (.bindInterface, _): (.refusal, "an interface cannot be chosen; `BindAddress` can")

        case (.forwardAgent, .text("no")): nil
        case (.forwardAgent, _): (.warning, "the agent is not forwarded")
        case (.serverAliveInterval, .seconds(0)): (.note, "the server is asked for signs of life all the same")
        case (.pkcs11Provider, _), (.securityKeyProvider, _): (.note, "its keys are used if an agent holds them")
        case (.hostbasedAuthentication, _): (.note, "it is not tried")
        case (.setEnv, _): (.note, "it is not sent; `env` in the inventory is the way")
        case (.remoteCommand, _): (.note, "it is not run")
        case (.localCommand, _) where evaluation.flag(.permitLocalCommand): (.note, "it is not run")
        case (.localForward, _), (.remoteForward, _), (.dynamicForward, _): (.note, "it is not set up")
        case (.tunnel, _): (.note, "it is not set up")
        case (.rekeyLimit, _): (.note, "keys are changed when the server asks for it")
        default: nil
        }
    }
}
