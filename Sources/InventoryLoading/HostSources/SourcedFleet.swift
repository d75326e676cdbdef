import DeployModel

/// The hosts that all sources of an inventory named, ready to be merged with what the file declares.
struct SourcedFleet {
    private(set) var declarations: [HostDeclaration] = []
    /// The groups that sources put hosts into, in the order in which they were first named.
    private(set) var groups: [(name: String, hosts: Set<HostName>)] = []
    private var places: [HostName: Int] = [:]

    /// Adds the answer of one source. A host that an earlier one named keeps what that one said of it.
    mutating func add(_ answer: SourcedHosts, location: SourceLocation) {
        for host in answer.hosts {
            let declaration = HostDeclaration(host, location: location)
            if let place = places[host.name] {
                declarations[place] = declarations[place].over(declaration)
            } else {
                places[host.name] = declarations.count
                declarations.append(declaration)
            }
            for group in host.groups { add(host.name, to: group) }
        }
    }

    /// The declared hosts with what the sources add to them, then those that only sources know.
    func merged(under declared: [HostDeclaration]) -> [HostDeclaration] {
        let names = Set(declared.map(\.name))
        return declared.map { host in
            guard let place = places[host.name] else { return host }
            return host.over(declarations[place])
        } + declarations.filter { !names.contains($0.name) }
    }

    /// The declared groups with the hosts that sources put into them, then the groups that only sources know. A group that a
    /// selection could not tell from a host is left out.
    func merged(
        under declared: [GroupDeclaration], hosts: [HostName], location: SourceLocation
    ) -> [GroupDeclaration] {
        let taken = Set(hosts.map(\.text))
        let known = Set(declared.map(\.name))
        let members = Dictionary(groups.map { ($0.name, $0.hosts) }) { $0.union($1) }
        return declared.map { group in
            var group = group
            group.hosts.formUnion(members[group.name] ?? [])
            return group
        }
            + groups.filter { NameRules.isGroup($0.name) && !taken.contains($0.name) && !known.contains($0.name) }
            .map { GroupDeclaration(name: $0.name, hosts: $0.hosts, location: location) }
    }

    // MARK: Private

    private mutating func add(_ host: HostName, to group: String) {
        if let place = groups.firstIndex(where: { $0.name == group }) {
            groups[place].hosts.insert(host)
        } else {
            groups.append((group, [host]))
        }
    }
}
