package import DeployModel

/// Reads an Ansible inventory as hosts of ours: by our own reader, and through Ansible itself where it is installed and the
/// files need it, for plugins, vaults and templates.
package struct AnsibleFleet: Sendable {
    private let reader: AnsibleReader
    private let ansible: AnsiblePrograms?

    /// - Parameters:
    ///   - run: runs a program and returns all it printed; throws a `DeployError`.
    ///   - find: the path of a program, `nil` where it is not installed.
    package init(
        run: @escaping @Sendable (_ argv: [String]) async throws -> [UInt8], find: (_ program: String) -> String?
    ) {
        reader = AnsibleReader(run: run)
        ansible = AnsiblePrograms(run: run, find: find)
    }

    /// - Parameters:
    ///   - sources: as for ``AnsibleReader/read(_:)``.
    ///   - mapping: what of the variables is taken over.
    ///   - pattern: which hosts; a pattern of Ansible.
    /// - Throws: ``DeployError`` when the inventory cannot be read, the pattern means no host, or a host cannot be one of ours.
    func hosts(
        _ sources: [String], mapping: AnsibleHostMapping, pattern: String
    ) async throws(DeployError) -> SourcedHosts {
        var inventory = try await read(sources)
        let matches: [String]
        do {
            matches = try AnsiblePattern(pattern).hosts(in: inventory)
        } catch {
            throw DeployError(.invalidConfiguration, error.message, hint: error.hint)
        }
        guard !matches.isEmpty else {
            throw DeployError(
                .invalidConfiguration,
                "no host of the Ansible inventory `\(sources.joined(separator: ", "))` matches `\(pattern)`",
                hint: "its groups are " + inventory.groups.prefix(12).map { "`\($0.name)`" }.joined(separator: ", "))
        }
        var byName = Dictionary(inventory.hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var hosts = matches.compactMap { byName[$0] }
        if hosts.contains(where: mapping.needsAnsible), let ansible {
            inventory = try await ansible.fillingIn(mapping.variables, of: inventory, matches, sources)
            byName = Dictionary(inventory.hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            hosts = matches.compactMap { byName[$0] }
        }
        return try Self.mapped(hosts, mapping, warnings: inventory.warnings.map(\.description))
    }

    // MARK: Private

    private func read(_ sources: [String]) async throws(DeployError) -> AnsibleInventory {
        do {
            return try await reader.read(sources)
        } catch {
            guard AnsibleHint.isGiven(in: error), let ansible else { throw DeployError(error) }
            do {
                return try await ansible.inventory(sources)
            } catch {
                throw DeployError(error)
            }
        }
    }

    private static func mapped(
        _ hosts: [AnsibleInventory.Host], _ mapping: AnsibleHostMapping, warnings: [String]
    ) throws(DeployError) -> SourcedHosts {
        var warnings = warnings
        var problems: [(String, String?)] = []
        var result: [SourcedHost] = []
        // What is passed over is nearly always the same for every host of a group.
        var seen: Set<String> = []
        for host in hosts {
            do throws(ScalarProblem) {
                result.append(
                    try mapping.host(host) { warning in
                        let text = warning.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? warning
                        if seen.insert(text).inserted { warnings.append(warning) }
                    })
            } catch {
                problems.append(("the host `\(host.name.shortened)` \(error.predicate)", error.hint))
            }
        }
        guard let first = problems.first else { return SourcedHosts(result, warnings: warnings) }
        throw DeployError(
            .invalidConfiguration, first.0, evidence: problems.dropFirst().prefix(10).map(\.0), hint: first.1)
    }
}

extension DeployError {
    /// The same mistakes, of a file that is not the inventory itself.
    init(_ error: InventoryError) {
        let first = error.issues.first
        let place = first?.location.map { "\($0): " } ?? ""
        self.init(
            .invalidConfiguration, place + (first?.message ?? "the inventory cannot be read"),
            evidence: error.issues.dropFirst().prefix(10).map { issue in
                (issue.location.map { "\($0): " } ?? "") + issue.message
            }, hint: first?.hint)
    }
}

extension AnsibleFleet {
    /// An inventory of hosts alone, for commands that need no more than that. Its groups are Ansible's.
    ///
    /// - Parameters:
    ///   - source: a path as the user wrote it.
    ///   - directory: the current one.
    /// - Throws: as ``HostSource/hosts()`` does.
    package func inventory(_ source: String, in directory: String, home: String?) async throws(DeployError)
        -> LoadedInventory
    {
        let path = LocalPath.absolute(source, in: directory, home: home)
        let mapping = AnsibleHostMapping(directory: AnsibleHostSource.directory(of: path))
        let answer = try await hosts([source], mapping: mapping, pattern: "all")
        var inventory = Inventory(service: "ansible", hosts: [], path: path)
        for host in answer.hosts {
            inventory.hosts.append(
                Host(
                    name: host.name, address: host.address, ssh: host.ssh, labels: host.labels, groups: host.groups,
                    target: host.target))
            for group in host.groups { inventory.groups[group, default: []].append(host.name) }
        }
        return LoadedInventory(
            inventory: inventory, warnings: answer.warnings.map { InventoryIssue($0, at: nil) })
    }
}
