/// The host to connect to: by `HostName`, and by DNS where `CanonicalizeHostname` asks for it.
///
/// Source: ssh_config(5), and `resolve_canonicalize` in OpenSSH's ssh.c.
struct ClientConfigNaming {
    private let evaluation: ClientConfigEvaluation
    private let environment: ClientConfigEnvironment

    init(_ evaluation: ClientConfigEvaluation, _ environment: ClientConfigEnvironment) {
        self.evaluation = evaluation
        self.environment = environment
    }

    /// `CanonicalizeHostname` is on; the files are read again with the name it leads to.
    var isCanonicalizing: Bool { mode != "false" }

    /// The name or address to connect to.
    func host() async throws(ClientConfigError) -> String {
        let host = try expandedHostName()
        if let address = NumericAddress.canonical(host, family: evaluation.choice(.addressFamily)) {
            return address.asciiLowercased == host.asciiLowercased ? host : address
        }
        return try await canonicalized(host.asciiLowercased)
    }

    // MARK: Private

    private var mode: String { evaluation.choice(.canonicalizeHostname) ?? "false" }

    private var isDirect: Bool {
        (evaluation.text(.proxyCommand)?.asciiLowercased ?? "none") == "none" && evaluation.route.hops.isEmpty
    }

    private func expandedHostName() throws(ClientConfigError) -> String {
        guard let name = evaluation.text(.hostName) else { return evaluation.query.host }
        do throws(ClientConfigExpansion.Failure) {
            return try ClientConfigExpansion(tokens: [UInt8(ascii: "h"): evaluation.query.host]).expandingTokens(name)
        } catch {
            throw ClientConfigError(evaluation.first[.hostName]?.location, "`hostname`: \(error.message)")
        }
    }

    private func canonicalized(_ name: String) async throws(ClientConfigError) -> String {
        if isCanonicalizing, isDirect || mode == "always", let found = try await lookedUp(name) { return found }
        // Without a search, an alias in DNS may still lead to another name.
        guard !permittedAliases.isEmpty, isDirect || mode == "always",
            let alias = await environment.canonicalName(name)
        else { return name }
        return following(alias, from: name)
    }

    /// The first name with an address: the name itself where it ends with a dot, else with each domain after it.
    private func lookedUp(_ name: String) async throws(ClientConfigError) -> String? {
        var candidates = [name]
        if !name.hasSuffix(".") {
            let maximumDots = evaluation.integer(.canonicalizeMaxDots) ?? 1
            guard name.utf8.count(where: { $0 == UInt8(ascii: ".") }) <= maximumDots else { return nil }
            let domains = (evaluation.texts(.canonicalDomains) ?? []).filter { $0.asciiLowercased != "none" }
            candidates = domains.compactMap { DomainName($0) }.map { "\(name).\($0.text.asciiLowercased)." }
        }
        for candidate in candidates {
            guard let alias = await environment.canonicalName(candidate) else { continue }
            return following(alias, from: String(candidate.dropLast()))
        }
        guard evaluation.first[.canonicalizeFallbackLocal]?.value != .flag(false) else {
            throw ClientConfigError(
                evaluation.first[.canonicalizeFallbackLocal]?.location,
                "`\(name)` has no address in any of its `CanonicalDomains`")
        }
        return nil
    }

    private var permittedAliases: [(source: WildcardPatternList, target: WildcardPatternList)] {
        (evaluation.texts(.canonicalizePermittedCNAMEs) ?? []).compactMap { rule in
            if rule.asciiLowercased == "none" { return nil }
            if rule == "*" { return (WildcardPatternList("*"), WildcardPatternList("*")) }
            let lists = rule.asciiLowercased.split(separator: ":", maxSplits: 1).map(String.init)
            return lists.count == 2 ? (WildcardPatternList(lists[0]), WildcardPatternList(lists[1])) : nil
        }
    }

    private func following(_ alias: String, from name: String) -> String {
        let alias = alias.asciiLowercased
        guard isCanonicalizing, alias != name, !alias.isEmpty else { return name }
        let isPermitted = permittedAliases.contains { $0.source.matches(name) && $0.target.matches(alias) }
        return isPermitted ? alias : name
    }
}
