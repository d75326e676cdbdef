import DeployModel

/// `hosts`: a list of names, or a map of names to settings; a name with ranges stands for several hosts.
struct HostsSection {
    let context: ValidationContext

    func hosts(_ node: DocumentNode) -> [HostDeclaration] {
        var seen: [HostName: SourceLocation] = [:]
        var hosts: [HostDeclaration] = []
        for declaration in entries(node).lazy.flatMap({
            declarations(named: $0.key, settings: $0.value, at: $0.keyLocation)
        }) {
            guard hosts.count < HostRange.limit else {
                context.report("the inventory has more than 10,000 hosts", at: declaration.location)
                break
            }
            if let first = seen[declaration.name] {
                context.report(
                    "the host `\(declaration.name)` is already declared "
                        + (first.file == declaration.location.file ? "in line \(first.line)" : "at \(first)"),
                    at: declaration.location)
                continue
            }
            seen[declaration.name] = declaration.location
            hosts.append(declaration)
        }
        return hosts
    }

    /// `target`: one id, or an id for each pool.
    func target(_ reader: MapReader) -> TargetName {
        guard let entry = reader.entry("target") else { return .unstated }
        guard case .map(let pools) = entry.value.content, !isUnquotedPlaceholder(pools) else {
            return targetID(entry.value, of: "target").map { .everywhere($0) } ?? .unstated
        }
        var ids: [String: String] = [:]
        for pool in pools {
            ids[pool.key] = targetID(pool.value, of: pool.key)
        }
        return .byPool(ids)
    }

    // MARK: Private

    /// Each name with its settings, which in a list are nothing.
    private func entries(_ node: DocumentNode) -> [DocumentNode.Entry] {
        switch node.content {
        case .list(let items):
            return items.compactMap { item in
                context.text(item, of: "hosts").map { name in
                    DocumentNode.Entry(
                        key: name, keyLocation: item.location,
                        value: DocumentNode(content: .null, location: item.location))
                }
            }
        case .map(let entries):
            return entries
        case .null, .invalid:
            return []
        case .scalar:
            context.report(
                "`hosts` must be a list of names or a map, not \(node.kind)", at: node.location,
                hint: "write `hosts: [web-1, web-2]`")
            return []
        }
    }

    private func declarations(
        named text: String, settings: DocumentNode, at location: SourceLocation
    ) -> [HostDeclaration] {
        let range: HostRange
        do {
            range = try HostRange(text)
        } catch {
            context.report(error, of: "hosts", at: location)
            return []
        }
        let names = range.texts.compactMap(HostName.init)
        guard names.count == range.texts.count else {
            context.report(
                "`\(text.shortened)` is not a host name", at: location,
                hint: "letters, digits and `. _ : -`, not beginning with `-`; a user or a port stands under `ssh`")
            return []
        }
        guard let reader = MapReader(settings, InventorySchema.host, in: context) else {
            return names.map { HostDeclaration(name: $0, location: location) }
        }
        return declarations(names, of: range, reader, at: location)
    }

    private func declarations(
        _ names: [HostName], of range: HostRange, _ reader: MapReader, at location: SourceLocation
    ) -> [HostDeclaration] {
        let addresses = reader.value("address") { (text) throws(ScalarProblem) in
            try self.addresses(text, for: range)
        }
        guard let first = names.first else { return [] }
        var common = HostDeclaration(name: first, location: location)
        common.labels = labels(reader.names("labels"))
        common.target = target(reader)
        common.environment = EnvironmentSection(context: context).variables(reader)
        common.isDeployedTo = reader.boolean("deploy") ?? true
        if let ssh = reader.map("ssh", InventorySchema.hostSSH) {
            common.ssh = SSHSection(context: context).settings(ssh)
        }
        return names.enumerated().map { index, name in
            var host = common
            host.name = name
            host.address = addresses?[index]
            return host
        }
    }

    private func addresses(_ text: String, for names: HostRange) throws(ScalarProblem) -> [String] {
        if text.contains("@") {
            throw ScalarProblem(
                "is not an address: `\(text.shortened)`", hint: "the user stands under `ssh: { user: … }`")
        }
        let range = try HostRange(text)
        guard range.lengths == names.lengths else {
            throw ScalarProblem(
                range.lengths.isEmpty
                    ? "is one address for several hosts: `\(text.shortened)`"
                    : "has ranges that differ in length from those of the name: `\(text.shortened)`",
                hint: "ranges of equal length expand together: \"web-[01:04]\" and \"10.0.0.[11:14]\"")
        }
        let addresses = range.texts
        for address in addresses where !NameRules.isAddress(address) || Self.hasPort(address) {
            throw ScalarProblem(
                "is not an address: `\(address.shortened)`",
                hint: Self.hasPort(address)
                    ? "the port has a key of its own: \(Self.withPort(address))"
                    : "write a DNS name, an IP address or an ssh_config alias")
        }
        return addresses
    }

    /// `name:22`; an IPv6 address has more than one colon.
    private static func hasPort(_ address: String) -> Bool {
        let parts = address.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[1].allSatisfy(\.isASCIIDigit)
    }

    private static func withPort(_ address: String) -> String {
        let parts = address.shortened.split(separator: ":")
        return "`address: \(parts.first ?? ""), ssh: { port: \(parts.last ?? "") }`"
    }

    private func labels(_ entries: [DocumentNode.Entry]) -> [String: String] {
        var labels: [String: String] = [:]
        for entry in entries {
            guard NameRules.isLabelKey(entry.key) else {
                context.report("`\(entry.key.shortened)` cannot be the name of a label", at: entry.keyLocation)
                continue
            }
            labels[entry.key] = context.value(entry.value, of: entry.key) { (text) throws(ScalarProblem) in
                guard NameRules.isLabelValue(text) else {
                    throw ScalarProblem(
                        "cannot have the value `\(text.shortened)`", hint: "letters, digits and `. _ / @ + -`")
                }
                return text
            }
        }
        return labels
    }

    private func isUnquotedPlaceholder(_ entries: [DocumentNode.Entry]) -> Bool {
        entries.count == 1 && entries.allSatisfy { $0.value.content == .null }
    }

    private func targetID(_ node: DocumentNode, of name: String) -> String? {
        let id = context.value(node, of: name) { (text) throws(ScalarProblem) in
            if text.isEmpty || text.contains(where: \.isWhitespace) {
                throw ScalarProblem("is not the name of a target: `\(text.shortened)`")
            }
            return text
        }
        if let id { context.checkPlaceholders(id, of: name, allowed: [.host, .service], at: node.location) }
        return id
    }
}
