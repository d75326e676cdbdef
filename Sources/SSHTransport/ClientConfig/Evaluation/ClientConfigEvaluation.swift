/// Reads the directives for one host, in order: of each keyword the first value counts.
///
/// It follows OpenSSH's `readconf.c`, whose order of events can be seen: a `Match` sees what the lines before it have set.
struct ClientConfigEvaluation {
    /// The user's own key files are counted apart from those of the system's file.
    struct ListedFile: Hashable {
        var path: String
        var isUsers: Bool
        var location: ClientConfigLocation
    }

    let query: ClientConfigQuery
    let environment: ClientConfigEnvironment

    /// The name that `Host` compares; the second pass has it resolved.
    private(set) var host: String

    private(set) var first: [ClientConfigKeyword: ClientConfigSetting<ClientConfigValue>] = [:]
    private(set) var identityFiles: [ListedFile] = []
    private(set) var certificateFiles: [ListedFile] = []

    /// A line asked for the second pass by `Match final`.
    private(set) var wantsFinalPass = false
    private(set) var issues: [ClientConfigIssue] = []

    private var isFinalPass = false
    /// A `ProxyJump` that is `none` keeps a later one out, though not a later `ProxyCommand`.
    private var isWayDecided = false
    private var agentForwardingPath: ClientConfigSetting<ClientConfigValue>?

    init(_ query: ClientConfigQuery, _ environment: ClientConfigEnvironment) {
        self.query = query
        self.environment = environment
        host = query.host
        if let user = query.user { first[.user] = ClientConfigSetting(.text(user), .query) }
        if let port = query.port { first[.port] = ClientConfigSetting(.integer(port), .query) }
        switch query.way {
        case .direct: (isWayDecided, first[.proxyCommand]) = (true, ClientConfigSetting(.text("none"), .query))
        case .jump(let route): (isWayDecided, first[.proxyJump]) = (true, ClientConfigSetting(.route(route), .query))
        case .command(let command): first[.proxyCommand] = ClientConfigSetting(.text(command), .query)
        case nil: break
        }
    }

    /// Reads all files once.
    ///
    /// - Throws: where a line cannot be judged; lines that are merely wrong are collected in ``issues``.
    mutating func read(_ config: ClientConfig) async throws(ClientConfigError) {
        for source in config.sources {
            var isActive = true
            try await read(source.file, isUsers: source.isUsers, isActive: &isActive, isEverActive: true)
        }
        if let path = agentForwardingPath { first[.forwardAgent] = path }
    }

    /// Reads all files again, with the name that the first time led to.
    mutating func readAgain(_ config: ClientConfig, host: String) async throws(ClientConfigError) {
        self.host = host
        first[.hostName] = ClientConfigSetting(.text(host), first[.hostName]?.origin ?? .byDefault)
        isFinalPass = true
        issues = []
        try await read(config)
    }

    // MARK: Reading what was set

    func text(_ keyword: ClientConfigKeyword) -> String? {
        if case .text(let text) = first[keyword]?.value { text } else { nil }
    }

    func choice(_ keyword: ClientConfigKeyword) -> String? {
        if case .choice(let choice) = first[keyword]?.value { choice } else { nil }
    }

    func integer(_ keyword: ClientConfigKeyword) -> Int? {
        switch first[keyword]?.value {
        case .integer(let number), .seconds(let number): number
        default: nil
        }
    }

    func flag(_ keyword: ClientConfigKeyword) -> Bool {
        first[keyword]?.value == .flag(true)
    }

    func texts(_ keyword: ClientConfigKeyword) -> [String]? {
        if case .texts(let texts) = first[keyword]?.value { texts } else { nil }
    }

    /// The hosts to pass, if a `ProxyJump` counts.
    var route: JumpRoute {
        if case .route(let route) = first[.proxyJump]?.value { route } else { .direct }
    }

    // MARK: Private

    private mutating func read(
        _ file: ClientConfigFile, isUsers: Bool, isActive: inout Bool, isEverActive: Bool
    ) async throws(ClientConfigError) {
        for directive in file.directives {
            let location = ClientConfigLocation(file: file.path, line: directive.line)
            switch directive.kind {
            case .host(let criteria):
                isActive = isEverActive && fits(criteria)
            case .match(let condition):
                // Judged even where it cannot count, since its mistakes do.
                let holds = try await holds(condition, at: location)
                isActive = isEverActive && holds
            case .include:
                let wasActive = isActive
                for included in directive.includedFiles {
                    try await read(included, isUsers: isUsers, isActive: &isActive, isEverActive: wasActive)
                    // A section of the included file ends with it.
                    isActive = wasActive
                }
            case .setting(let keyword, let value):
                check(keyword, value, at: location)
                if isActive { set(keyword, value, isUsers: isUsers, at: location) }
            case .abandoned: break
            case .unknown(let name):
                guard text(.ignoreUnknown).map({ WildcardPatternList($0.asciiLowercased).matches(name) }) == true else {
                    issues.append(ClientConfigIssue(location, "`\(name)` is no keyword of ssh_config"))
                    continue
                }
            }
        }
    }

    private func fits(_ criteria: [ClientConfigDirective.HostCriterion]) -> Bool {
        let name = Array(host.utf8)
        let fitting = criteria.filter { $0.pattern.matches(name) }
        return !fitting.isEmpty && fitting.allSatisfy { !$0.isNegated }
    }

    /// The checks that take the environment, made for every line, as OpenSSH makes them.
    private mutating func check(
        _ keyword: ClientConfigKeyword, _ value: ClientConfigValue, at location: ClientConfigLocation
    ) {
        guard keyword == .identityAgent || keyword == .forwardAgent, case .text(let path) = value else { return }
        do throws(ClientConfigExpansion.Failure) {
            _ = try ClientConfigExpansion.expandingVariables(path, environment.variables)
        } catch {
            issues.append(ClientConfigIssue(location, "`\(keyword.rawValue)`: \(error.message)"))
        }
        // The old form, of a variable's name without braces.
        if path.hasPrefix("$"), !path.hasPrefix("${") {
            let name = path.utf8.dropFirst()
            if name.isEmpty || !name.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }) {
                issues.append(
                    ClientConfigIssue(location, "`\(keyword.rawValue)`: `\(path)` names no environment variable"))
            }
        }
    }

    private mutating func set(
        _ keyword: ClientConfigKeyword, _ value: ClientConfigValue, isUsers: Bool, at location: ClientConfigLocation
    ) {
        switch (keyword, value) {
        case (_, .noTime): return
        case (.identityFile, .text(let path)):
            Self.add(ListedFile(path: path, isUsers: isUsers, location: location), to: &identityFiles)
        case (.certificateFile, .text(let path)):
            Self.add(ListedFile(path: path, isUsers: isUsers, location: location), to: &certificateFiles)
        case (.forwardAgent, .text(let text)):
            setAgentForwarding(text, at: location)
        case (.proxyJump, _):
            guard !isWayDecided, first[.proxyCommand] == nil else { return }
            isWayDecided = true
            first[keyword] = ClientConfigSetting(value, .line(location))
        case (.proxyCommand, _):
            guard route.hops.isEmpty else { return }
            setFirst(keyword, value, at: location)
        default:
            setFirst(keyword, value, at: location)
        }
    }

    private mutating func setFirst(
        _ keyword: ClientConfigKeyword, _ value: ClientConfigValue, at location: ClientConfigLocation
    ) {
        if first[keyword] == nil { first[keyword] = ClientConfigSetting(value, .line(location)) }
    }

    /// A path counts even after a line without one.
    private mutating func setAgentForwarding(_ text: String, at location: ClientConfigLocation) {
        switch text.asciiLowercased {
        case "yes", "true": setFirst(.forwardAgent, .text("yes"), at: location)
        case "no", "false": setFirst(.forwardAgent, .text("no"), at: location)
        default:
            setFirst(.forwardAgent, .text("yes"), at: location)
            if agentForwardingPath == nil {
                agentForwardingPath = ClientConfigSetting(.text(text), .line(location))
            }
        }
    }

    private static func add(_ file: ListedFile, to files: inout [ListedFile]) {
        if !files.contains(where: { $0.path == file.path && $0.isUsers == file.isUsers }) { files.append(file) }
    }
}

/// `Match`.
extension ClientConfigEvaluation {
    private mutating func holds(
        _ condition: MatchCondition, at location: ClientConfigLocation
    ) async throws(ClientConfigError) -> Bool {
        let host = try hostForMatch(at: location)
        var result = true
        for part in condition.parts {
            let holds: Bool
            switch part.criterion {
            case .all: holds = true
            case .finalPass(let isRequest):
                wantsFinalPass = wantsFinalPass || isRequest
                holds = isFinalPass
            case .host(let patterns): holds = patterns.matches(host.asciiLowercased)
            case .originalHost(let patterns): holds = patterns.matches(query.host.asciiLowercased)
            case .user(let patterns): holds = patterns.matches(text(.user) ?? environment.userName)
            case .localUser(let patterns): holds = patterns.matches(environment.userName)
            case .tagged(let patterns): holds = patterns.matches(text(.tag) ?? "")
            case .exec(let command):
                let expanded = try expanded(command, host: host, at: location)
                // What failed before keeps the command from running.
                guard result else { continue }
                holds = try await run(expanded, at: location)
            }
            result = result && holds != part.isNegated
        }
        return result
    }

    private func hostForMatch(at location: ClientConfigLocation) throws(ClientConfigError) -> String {
        guard let name = text(.hostName) else { return host }
        if isFinalPass { return name }
        do throws(ClientConfigExpansion.Failure) {
            return try ClientConfigExpansion(tokens: [UInt8(ascii: "h"): host]).expandingTokens(name)
        } catch {
            throw ClientConfigError(first[.hostName]?.location ?? location, "`hostname`: \(error.message)")
        }
    }

    private func expanded(
        _ command: String, host: String, at location: ClientConfigLocation
    ) throws(ClientConfigError) -> String {
        let tokens = ClientConfigTokenValues(
            host: host, originalHost: query.host, port: integer(.port) ?? 22,
            user: text(.user) ?? environment.userName, hostKeyName: text(.hostKeyAlias) ?? host,
            jumpHost: route.hops.last?.host ?? "", environment: environment)
        do throws(ClientConfigExpansion.Failure) {
            return try tokens.expansion.expandingTokens(command)
        } catch {
            throw ClientConfigError(location, "`Match exec`: \(error.message)")
        }
    }

    private func run(_ command: String, at location: ClientConfigLocation) async throws(ClientConfigError) -> Bool {
        do {
            return try await environment.matches(command)
        } catch {
            throw ClientConfigError(location, "`Match exec \(command)`: \(error)")
        }
    }
}
