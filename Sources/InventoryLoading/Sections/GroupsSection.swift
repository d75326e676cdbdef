import DeployModel

/// `groups`: named sets of hosts with settings they share.
struct GroupsSection {
    private let context: ValidationContext
    private let hosts: [HostName]
    private let known: Set<HostName>

    init(context: ValidationContext, hosts: [HostName]) {
        self.context = context
        self.hosts = hosts
        known = Set(hosts)
    }

    func groups(_ entries: [DocumentNode.Entry]) -> [GroupDeclaration] {
        return entries.compactMap { entry in
            guard NameRules.isGroup(entry.key) else {
                context.report(
                    entry.key == "all"
                        ? "`all` stands for every host and cannot be a group"
                        : "`\(entry.key.shortened)` is not the name of a group",
                    at: entry.keyLocation, hint: "letters, digits and `. _ -`, not beginning with `-`")
                return nil
            }
            if HostName(entry.key).map(known.contains) == true {
                context.report(
                    "`\(entry.key)` is a host and a group", at: entry.keyLocation,
                    hint: "a selection could not tell them apart; rename one")
            }
            guard let reader = MapReader(entry.value, InventorySchema.group, in: context) else { return nil }
            var group = GroupDeclaration(name: entry.key, hosts: members(reader), location: entry.keyLocation)
            if let ssh = reader.map("ssh", InventorySchema.hostSSH) {
                group.ssh = SSHSection(context: context).settings(ssh)
            }
            group.target = HostsSection(context: context).target(reader)
            group.environment = EnvironmentSection(context: context).variables(reader)
            return group
        }
    }

    // MARK: Private

    private func members(_ reader: MapReader) -> Set<HostName> {
        reader.require("hosts", hint: "`hosts` lists names and globs, such as `hosts: [\"web-*\"]`")
        let members = reader.values("hosts") { (text) throws(ScalarProblem) in try hosts(text) }
        return Set((members ?? []).flatMap(\.self))
    }

    /// A glob, or a name with or without ranges.
    private func hosts(_ text: String) throws(ScalarProblem) -> [HostName] {
        if let pattern = HostPattern(text) {
            let matches = hosts.filter(pattern.matches)
            if matches.isEmpty, !context.isAwaitingHosts {
                throw ScalarProblem("names no host: nothing matches `\(text.shortened)`")
            }
            return matches
        }
        var names: [HostName] = []
        for name in try HostRange(text).texts {
            guard let host = HostName(name), known.contains(host) || context.isAwaitingHosts else {
                throw ScalarProblem(
                    "names `\(name.shortened)`, which is no host of this inventory",
                    hint: Spelling.nearest(to: name, among: hosts.map(\.text)).map { "did you mean `\($0)`?" })
            }
            names.append(host)
        }
        return names
    }
}
