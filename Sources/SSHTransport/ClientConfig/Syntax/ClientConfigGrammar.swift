/// What may follow each keyword, after OpenSSH's `process_config_line`.
enum ClientConfigGrammar {
    /// Reads the value of a line.
    ///
    /// - Throws: where OpenSSH refuses the line, whether or not it applies to the host.
    static func value(
        of keyword: ClientConfigKeyword, in line: ClientConfigLine
    ) throws(ClientConfigSyntaxError) -> ClientConfigValue {
        switch keyword {
        case .batchMode, .canonicalizeFallbackLocal, .checkHostIP, .clearAllForwardings, .enableEscapeCommandline,
            .enableSSHKeysign, .exitOnForwardFailure, .forkAfterAuthentication, .forwardX11, .forwardX11Trusted,
            .gatewayPorts, .gssapiAuthentication, .gssapiDelegateCredentials, .gssapiKeyExchange,
            .gssapiRenewalForcesRekey, .gssapiTrustDNS, .hashKnownHosts, .hostbasedAuthentication, .identitiesOnly,
            .kbdInteractiveAuthentication, .noHostAuthenticationForLocalhost, .passwordAuthentication,
            .permitLocalCommand, .proxyUseFdpass, .stdinNull, .streamLocalBindUnlink, .tcpKeepAlive, .useKeychain,
            .visualHostKey, .warnWeakCrypto:
            return .flag(try choice(among: flags, in: line) == "yes")
        case .addressFamily:
            return .choice(try choice(among: ["inet": "inet", "inet6": "inet6", "any": "any"], in: line))
        case .compression: return .choice(try choice(among: ["yes": "yes", "no": "no"], in: line))
        case .strictHostKeyChecking:
            return .choice(
                try choice(
                    among: truths.adding(["off": "false", "ask": "ask", "accept-new": "accept-new"]), in: line))
        case .verifyHostKeyDNS, .updateHostKeys:
            return .choice(try choice(among: truths.adding(["ask": "ask"]), in: line))
        case .canonicalizeHostname: return .choice(try choice(among: truths.adding(["always": "always"]), in: line))
        case .pubkeyAuthentication:
            return .choice(
                try choice(among: truths.adding(["unbound": "unbound", "host-bound": "host-bound"]), in: line))
        case .controlMaster:
            return .choice(
                try choice(among: truths.adding(["auto": "auto", "ask": "ask", "autoask": "autoask"]), in: line))
        case .requestTTY:
            return .choice(try choice(among: truths.adding(["force": "force", "auto": "auto"]), in: line))
        case .sessionType:
            return .choice(
                try choice(among: ["none": "none", "subsystem": "subsystem", "default": "default"], in: line))
        case .tunnel:
            return .choice(
                try choice(
                    among: truths.adding(["ethernet": "ethernet", "point-to-point": "point-to-point"]), in: line))
        case .connectTimeout, .forwardX11Timeout, .serverAliveInterval:
            let text = try onlyWord(of: line)
            return text == "none" ? .noTime : .seconds(try seconds(text))
        case .numberOfPasswordPrompts, .connectionAttempts, .serverAliveCountMax, .canonicalizeMaxDots,
            .requiredRSASize:
            return .integer(try count(line))
        case .port:
            let text = try onlyWord(of: line)
            guard let port = ConfigNumber.port(text) else { throw ClientConfigSyntaxError("`\(text)` is no port") }
            return .integer(port)
        case .bindAddress, .bindInterface, .certificateFile, .controlPath, .forwardAgent, .gssapiClientIdentity,
            .gssapiServerIdentity, .hostKeyAlias, .hostName, .identityAgent, .identityFile, .ignoreUnknown,
            .kbdInteractiveDevices, .pkcs11Provider, .preferredAuthentications, .revokedHostKeys,
            .securityKeyProvider, .tag, .user, .versionAddendum, .xauthLocation:
            return .text(try onlyWord(of: line))
        case .knownHostsCommand, .localCommand, .proxyCommand, .remoteCommand, .refuseConnection:
            return .text(try line.restAsText)
        case .proxyJump: return .route(try JumpRoute(try line.restAsText))
        case .globalKnownHostsFile, .userKnownHostsFile:
            return .texts(try list(line, aloneWords: ["none"], atMost: 32))
        case .ciphers: return .algorithms(try AlgorithmList(onlyWord(of: line), of: .cipher))
        case .macs: return .algorithms(try AlgorithmList(onlyWord(of: line), of: .mac))
        case .kexAlgorithms: return .algorithms(try AlgorithmList(onlyWord(of: line), of: .keyExchange))
        case .gssapiKexAlgorithms: return .algorithms(try AlgorithmList(onlyWord(of: line), of: .gssapiKeyExchange))
        case .hostKeyAlgorithms, .caSignatureAlgorithms, .hostbasedAcceptedAlgorithms, .pubkeyAcceptedAlgorithms:
            return .algorithms(try AlgorithmList(onlyWord(of: line), of: .signature))
        case .addKeysToAgent, .canonicalDomains, .canonicalizePermittedCNAMEs, .channelTimeout, .controlPersist,
            .dynamicForward, .escapeChar, .fingerprintHash, .ipQoS, .localForward, .logLevel, .logVerbose,
            .obscureKeystrokeTiming, .permitRemoteOpen, .rekeyLimit, .remoteForward, .sendEnv, .setEnv,
            .streamLocalBindMask, .syslogFacility, .tunnelDevice:
            return .texts(try words(of: keyword, in: line))
        }
    }

    // MARK: Shared with the rarer keywords

    static func onlyWord(of line: ClientConfigLine) throws(ClientConfigSyntaxError) -> String {
        guard let word = line.words.first, !word.isEmpty else {
            throw ClientConfigSyntaxError("`\(line.keyword)` says nothing")
        }
        guard line.words.count == 1 else {
            throw ClientConfigSyntaxError("`\(line.keyword)` takes one value; `\(line.words[1])` is too much")
        }
        return word
    }

    /// Words, of which some stand alone if they stand there at all.
    static func list(
        _ line: ClientConfigLine, aloneWords: Set<String>, atMost limit: Int = .max
    ) throws(ClientConfigSyntaxError) -> [String] {
        guard line.words.allSatisfy({ !$0.isEmpty }) else {
            throw ClientConfigSyntaxError("`\(line.keyword)` has an empty value")
        }
        guard line.words.count <= limit else {
            throw ClientConfigSyntaxError("`\(line.keyword)` takes at most \(limit) values")
        }
        if line.words.count > 1, let word = line.words.first(where: { aloneWords.contains($0.asciiLowercased) }) {
            throw ClientConfigSyntaxError("`\(word)` of `\(line.keyword)` stands alone")
        }
        return line.words
    }

    static func seconds(_ text: String) throws(ClientConfigSyntaxError) -> Int {
        guard let seconds = ConfigNumber.seconds(text) else {
            throw ClientConfigSyntaxError("`\(text)` is no time: a number with s, m, h, d or w after it")
        }
        return seconds
    }

    // MARK: Private

    private static let flags = ["true": "yes", "yes": "yes", "false": "no", "no": "no"]
    private static let truths = ["true": "true", "yes": "true", "false": "false", "no": "false"]

    private static func choice(
        among words: [String: String], in line: ClientConfigLine
    ) throws(ClientConfigSyntaxError) -> String {
        let text = try onlyWord(of: line)
        guard let value = words[text.asciiLowercased] else {
            let choices = words.keys.sorted().joined(separator: ", ")
            throw ClientConfigSyntaxError("`\(text)` is no value of `\(line.keyword)`: \(choices)")
        }
        return value
    }

    private static func count(_ line: ClientConfigLine) throws(ClientConfigSyntaxError) -> Int {
        let text = try onlyWord(of: line)
        guard let number = ConfigNumber.integer(text), (0...Int(Int32.max)).contains(number) else {
            throw ClientConfigSyntaxError("`\(text)` is no number from 0")
        }
        return number
    }
}

extension [String: String] {
    fileprivate func adding(_ others: [String: String]) -> [String: String] { merging(others) { $1 } }
}
