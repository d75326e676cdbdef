import DeployModel

/// The two folders of variables beside a source.
struct VariableFolders {
    let groups: VariableFolder
    let hosts: VariableFolder

    init(_ source: String, isDirectory: Bool) {
        let base: String
        if isDirectory {
            base = source
        } else if let slash = source.lastIndex(of: "/") {
            base = slash == source.startIndex ? "/" : String(source[..<slash])
        } else {
            base = "."
        }
        groups = VariableFolder(base + "/group_vars")
        hosts = VariableFolder(base + "/host_vars")
    }
}

/// Merges what is said of each host, by Ansible's precedence: groups in the inventory, `all` first; then `group_vars`, `all`
/// first; then the host in the inventory; then `host_vars`.
struct HostVariables {
    let graph: AnsibleGraph
    let folders: [VariableFolders]

    /// Facts about the run, which `ansible-inventory` does not show.
    private static let hidden: Set<String> = [
        "ansible_async_path", "ansible_collection_name", "ansible_config_file", "ansible_dependent_role_names",
        "ansible_diff_mode", "ansible_facts", "ansible_forks", "ansible_inventory_sources", "ansible_limit",
        "ansible_play_batch", "ansible_play_hosts", "ansible_play_hosts_all", "ansible_play_role_names",
        "ansible_playbook_python", "ansible_role_name", "ansible_role_names", "ansible_run_tags", "ansible_skip_tags",
        "ansible_verbosity", "ansible_version", "group_names", "groups", "hostvars", "inventory_dir",
        "inventory_file", "inventory_hostname", "inventory_hostname_short", "play_hosts", "playbook_dir", "role_name",
        "role_names", "role_path", "role_uuid",
    ]

    func inventory(warnings: [InventoryIssue]) throws(InventoryError) -> AnsibleInventory {
        var ofGroups: [String: [[String: AnsibleValue]]] = [:]
        for name in graph.groupNames {
            ofGroups[name] = try folders.map { folder throws(InventoryError) in
                try Self.variables(in: folder.groups.files(of: name))
            }
        }
        let groupsByHost = graph.groupsByHost()
        var hosts: [AnsibleInventory.Host] = []
        for name in graph.hostNames {
            let groups = groupsByHost[name] ?? []
            var merged = graph.groups["all"]?.variables ?? [:]
            for group in groups { merged.merge(graph.groups[group]?.variables ?? [:]) { $1 } }
            for variables in ofGroups["all"] ?? [] { merged.merge(variables) { $1 } }
            for source in folders.indices {
                for group in groups { merged.merge(ofGroups[group]?[source] ?? [:]) { $1 } }
            }
            merged.merge(graph.hosts[name] ?? [:]) { $1 }
            for folder in folders { merged.merge(try Self.variables(in: folder.hosts.files(of: name))) { $1 } }
            hosts.append(
                AnsibleInventory.Host(
                    name: name, groups: groups, variables: merged.filter { !Self.hidden.contains($0.key) }))
        }
        return AnsibleInventory(
            hosts: hosts,
            groups: graph.groupNames.map { AnsibleInventory.Group(name: $0, hosts: graph.allHosts(of: $0)) },
            warnings: warnings)
    }

    private static func variables(in files: [String]) throws(InventoryError) -> [String: AnsibleValue] {
        var merged: [String: AnsibleValue] = [:]
        for file in files {
            let bytes = try BoundedFile.read(file, limitBytes: SourceText.limitBytes)
            switch try AnsibleDocument.value(of: bytes, file: file) {
            case .map(let entries):
                for entry in entries { merged[entry.name] = entry.value }
            case let value where value.isFalsy: break
            case let value:
                throw InventoryError([
                    InventoryIssue("`\(file)` must hold a map of variables, not \(value.kind)", at: nil)
                ])
            }
        }
        return merged
    }
}
