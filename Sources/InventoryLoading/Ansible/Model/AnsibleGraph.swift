/// The groups and hosts of an Ansible inventory while its sources are read, by the rules of Ansible's `InventoryData`.
struct AnsibleGraph {
    struct Group {
        var variables: [String: AnsibleValue] = [:]
        /// Of several groups at one depth, the variables of the higher priority win.
        var priority: Int64 = 1
        /// The hosts that are named in this group itself.
        var hosts: [String] = []
        var children: [String] = []
        var parents: [String] = []
    }

    /// In the order in which they were first named.
    private(set) var groupNames: [String] = []
    private(set) var hostNames: [String] = []
    private(set) var groups: [String: Group] = [:]
    /// The variables given to each host itself.
    private(set) var hosts: [String: [String: AnsibleValue]] = [:]
    private var memberships: Set<[String]> = []

    init() {
        addGroup("all")
        addGroup("ungrouped")
        link("all", "ungrouped")
    }

    mutating func addGroup(_ name: String) {
        guard groups[name] == nil else { return }
        groupNames.append(name)
        groups[name] = Group()
    }

    /// - Parameter port: counts where the host was not known before.
    mutating func addHost(_ name: String, to group: String?, port: Int? = nil) throws(ScalarProblem) {
        guard !name.isEmpty else { throw ScalarProblem("has a host without a name") }
        if hosts[name] == nil {
            guard hostNames.count < HostRange.limit else { throw ScalarProblem("holds more than 10,000 hosts") }
            hostNames.append(name)
            // A port of 0 is none to Ansible.
            hosts[name] = port.flatMap { $0 == 0 ? nil : ["ansible_port": .integer(Int64($0))] } ?? [:]
        }
        if let group, memberships.insert([group, name]).inserted { groups[group]?.hosts.append(name) }
    }

    /// Sets a variable of a group or host; a group of that name comes before a host.
    mutating func setVariable(_ name: String, of entity: String, to value: AnsibleValue) throws(ScalarProblem) {
        if groups[entity] == nil {
            hosts[entity]?[name] = value
        } else if name == "ansible_group_priority" {
            guard let priority = Self.integer(value) else {
                throw ScalarProblem("has an `ansible_group_priority` that is not a number: \(value.kind)")
            }
            groups[entity]?.priority = priority
        } else {
            groups[entity]?.variables[name] = value
        }
    }

    mutating func addChild(_ child: String, to parent: String) throws(ScalarProblem) {
        if child == parent || ancestors(of: parent).contains(child) {
            throw ScalarProblem("makes the group `\(child.shortened)` a part of itself")
        }
        link(parent, child)
    }

    /// Ansible's last step: each group is in `all`, each host without a group in `ungrouped`.
    mutating func reconcile() {
        for name in groupNames where name != "all" && groups[name]?.parents.isEmpty == true { link("all", name) }
        let grouped = Set(groups.filter { $0.key != "all" && $0.key != "ungrouped" }.flatMap(\.value.hosts))
        groups["ungrouped"]?.hosts.removeAll(where: grouped.contains)
        let ungrouped = Set(groups["ungrouped"]?.hosts ?? [])
        groups["ungrouped"]?.hosts += hostNames.filter { !grouped.contains($0) && !ungrouped.contains($0) }
    }

    /// The hosts of a group and of all below it, each once.
    func allHosts(of group: String) -> [String] {
        var seen: Set<String> = []
        return walk(from: group, along: \.children).flatMap { groups[$0]?.hosts ?? [] }
            .filter { seen.insert($0).inserted }
    }

    /// For each host the groups that hold it, `all` left out, in the order in which their variables are merged: by depth,
    /// then priority, then name.
    func groupsByHost() -> [String: [String]] {
        let depths = depths()
        let order = groupNames.filter { $0 != "all" }.sorted { left, right in
            (depths[left] ?? 0, groups[left]?.priority ?? 1, left.unicodeOrder)
                < (depths[right] ?? 0, groups[right]?.priority ?? 1, right.unicodeOrder)
        }
        var result: [String: [String]] = [:]
        for group in order {
            for host in allHosts(of: group) { result[host, default: []].append(group) }
        }
        return result
    }

    // MARK: Private

    private mutating func link(_ parent: String, _ child: String) {
        guard memberships.insert([parent, "", child]).inserted else { return }
        groups[parent]?.children.append(child)
        groups[child]?.parents.append(parent)
    }

    private func ancestors(of group: String) -> Set<String> { Set(walk(from: group, along: \.parents).dropFirst()) }

    /// The group and everything reached from it, nearest first, each once.
    private func walk(from group: String, along edges: KeyPath<Group, [String]>) -> [String] {
        var found = [group]
        var seen: Set<String> = [group]
        var index = 0
        while index < found.count {
            for next in groups[found[index]]?[keyPath: edges] ?? [] where seen.insert(next).inserted {
                found.append(next)
            }
            index += 1
        }
        return found
    }

    /// For each group the longest way from `all`, parents before children.
    private func depths() -> [String: Int] {
        var depths: [String: Int] = [:]
        var waiting = groups.mapValues(\.parents.count)
        var ready = groupNames.filter { waiting[$0] == 0 }
        while let group = ready.popLast() {
            for child in groups[group]?.children ?? [] {
                depths[child] = max(depths[child] ?? 0, (depths[group] ?? 0) + 1)
                waiting[child, default: 0] -= 1
                if waiting[child] == 0 { ready.append(child) }
            }
        }
        return depths
    }

    private static func integer(_ value: AnsibleValue) -> Int64? {
        switch value {
        case .bool(let value): value ? 1 : 0
        case .integer(let value): value
        case .number(let value): Int64(exactly: value.rounded(.towardZero))
        case .string(let text): Int64(text)
        case .null, .list, .map: nil
        }
    }
}

extension String {
    /// Compares as Python does: by code points.
    fileprivate var unicodeOrder: UnicodeOrder { UnicodeOrder(scalars: Array(unicodeScalars)) }
}

private struct UnicodeOrder: Comparable {
    var scalars: [Unicode.Scalar]

    static func < (left: UnicodeOrder, right: UnicodeOrder) -> Bool {
        left.scalars.lexicographicallyPrecedes(right.scalars)
    }
}
