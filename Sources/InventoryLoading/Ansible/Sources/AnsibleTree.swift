import DeployModel

/// Puts the groups of a YAML inventory into a graph, as Ansible's `yaml` plugin does.
struct AnsibleTree {
    private let file: String
    private var issues: [InventoryIssue] = []
    private(set) var warnings: [InventoryIssue] = []

    /// - Returns: warnings: what Ansible passes over too.
    static func read(
        _ root: [AnsibleValue.Entry], file: String, into graph: inout AnsibleGraph
    ) throws(InventoryError) -> [InventoryIssue] {
        if root.contains(where: { $0.name == "plugin" && !$0.value.isFalsy }) {
            throw InventoryError([
                InventoryIssue(
                    "`\(file)` configures an inventory plugin of Ansible, which only Ansible can ask", at: nil,
                    hint: AnsibleHint.resolver)
            ])
        }
        var tree = AnsibleTree(file: file)
        for entry in root { tree.addGroup(entry.name, entry.value, in: nil, &graph) }
        guard tree.issues.isEmpty else { throw InventoryError(tree.issues) }
        return tree.warnings
    }

    private init(file: String) { self.file = file }

    // MARK: Private

    private mutating func addGroup(
        _ name: String, _ value: AnsibleValue, in parent: String?, _ graph: inout AnsibleGraph
    ) {
        let sections: [AnsibleValue.Entry]
        switch value {
        case .map(let entries): sections = entries
        case .null: sections = []
        default:
            guard parent == nil else { return report("the group `\(name.shortened)` must be a map, not \(value.kind)") }
            return warn("`\(name.shortened)` is passed over: a group is a map, not \(value.kind)")
        }
        guard !name.isEmpty else { return report("a group has no name") }
        graph.addGroup(name)
        for section in sections {
            switch section.name {
            case "vars": addVariables(section.value, of: name, &graph)
            case "children":
                for child in entries(section, of: name) { addGroup(child.name, child.value, in: name, &graph) }
            case "hosts":
                for host in entries(section, of: name) { addHosts(host, to: name, &graph) }
            default:
                warn(
                    "`\(section.name.shortened)` in the group `\(name.shortened)` is passed over",
                    hint: Spelling.nearest(to: section.name, among: ["hosts", "children", "vars"])
                        .map { "did you mean `\($0)`?" } ?? "a group has `hosts`, `children` and `vars`")
            }
        }
        if let parent { attempt(in: name) { () throws(ScalarProblem) in try graph.addChild(name, to: parent) } }
    }

    private mutating func addVariables(_ value: AnsibleValue, of group: String, _ graph: inout AnsibleGraph) {
        for entry in entries(AnsibleValue.Entry(name: "vars", value: value), of: group) {
            attempt(in: group) { () throws(ScalarProblem) in
                try graph.setVariable(entry.name, of: group, to: entry.value)
            }
        }
    }

    private mutating func addHosts(_ entry: AnsibleValue.Entry, to group: String, _ graph: inout AnsibleGraph) {
        let variables: [AnsibleValue.Entry]
        switch entry.value {
        case .map(let entries): variables = entries
        case let value where value.isFalsy: variables = []
        default:
            return report(
                "the host `\(entry.name.shortened)` in the group `\(group.shortened)` must be a map of variables, not "
                    + entry.value.kind)
        }
        attempt(in: group) { () throws(ScalarProblem) in
            let (names, port) = try AnsibleAddress.hosts(entry.name)
            for name in names {
                try graph.addHost(name, to: group, port: port)
                for variable in variables {
                    try graph.setVariable(variable.name, of: name, to: variable.value)
                }
            }
        }
    }

    /// A text stands for a map with that one key.
    private mutating func entries(_ section: AnsibleValue.Entry, of group: String) -> [AnsibleValue.Entry] {
        switch section.value {
        case .map(let entries): return entries
        case .null: return []
        case .string(let text): return [AnsibleValue.Entry(name: text, value: .null)]
        default:
            report(
                "`\(section.name)` of the group `\(group.shortened)` must be a map, not \(section.value.kind)",
                hint: "each entry is `name:`, without a dash")
            return []
        }
    }

    private mutating func attempt(in group: String, _ body: () throws(ScalarProblem) -> Void) {
        do throws(ScalarProblem) {
            try body()
        } catch {
            report("the group `\(group.shortened)` \(error.predicate)", hint: error.hint)
        }
    }

    private mutating func report(_ message: String, hint: String? = nil) {
        guard issues.count < InventoryError.limit else { return }
        issues.append(InventoryIssue("\(file): \(message)", at: nil, hint: hint))
    }

    private mutating func warn(_ message: String, hint: String? = nil) {
        guard warnings.count < InventoryError.limit else { return }
        warnings.append(InventoryIssue("\(file): \(message)", at: nil, hint: hint))
    }
}
