import DeployModel

/// What an executable inventory prints for `--list`, put into a graph as Ansible's `script` plugin does.
struct AnsibleProgramAnswer {
    /// The hosts that the program named.
    private(set) var hosts: [String] = []
    /// The variables of the hosts; `nil` where the program wants to be asked for each host.
    private(set) var variables: [String: AnsibleValue]?

    init(_ raw: [UInt8], program: String, into graph: inout AnsibleGraph) throws(InventoryError) {
        let groups = try Self.object(raw, program: program)
        do throws(ScalarProblem) {
            for entry in groups {
                if entry.name == "_meta" {
                    variables = try Self.hostVariables(entry.value)
                } else {
                    try addGroup(entry.name, entry.value, &graph)
                }
            }
        } catch {
            throw InventoryError([
                InventoryIssue("the output of `\(program)` \(error.predicate)", at: nil, hint: error.hint)
            ])
        }
    }

    /// The one JSON object that the program printed.
    static func object(_ raw: [UInt8], program: String) throws(InventoryError) -> [AnsibleValue.Entry] {
        do throws(JSONText.Problem) {
            guard case .map(let entries) = try JSONText.value(of: raw) else {
                throw JSONText.Problem(message: "it is not an object", line: 1, column: 1)
            }
            return entries
        } catch {
            throw InventoryError([
                InventoryIssue(
                    "the output of `\(program)` is not the JSON of an inventory: \(error.message) "
                        + "(line \(error.line), column \(error.column))", at: nil)
            ])
        }
    }

    // MARK: Private

    private static func hostVariables(_ meta: AnsibleValue) throws(ScalarProblem) -> [String: AnsibleValue]? {
        guard case .map(let entries) = meta else { throw ScalarProblem("has a `_meta` that is not an object") }
        guard let hostVariables = entries.first(where: { $0.name == "hostvars" })?.value,
            case .map(let hosts) = hostVariables
        else { throw ScalarProblem("has no object `hostvars` in `_meta`") }
        return Dictionary(hosts.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    private mutating func addGroup(
        _ name: String, _ value: AnsibleValue, _ graph: inout AnsibleGraph
    ) throws(ScalarProblem) {
        guard !name.isEmpty else { throw ScalarProblem("has a group without a name") }
        graph.addGroup(name)
        var sections: [AnsibleValue.Entry]
        if case .map(let entries) = value {
            sections = entries
            if !entries.contains(where: { ["hosts", "vars", "children"].contains($0.name) }) {
                // An old form: the host of that name with its variables.
                sections = [
                    .init(name: "hosts", value: .list([.string(name)])), .init(name: "vars", value: value),
                ]
            }
        } else {
            sections = [.init(name: "hosts", value: value)]
        }
        let parts = Dictionary(sections.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        for host in try Self.names(parts["hosts"], "\(name).hosts") {
            hosts.append(host)
            try graph.addHost(host, to: name)
        }
        if let variables = parts["vars"] {
            guard case .map(let entries) = variables else {
                throw ScalarProblem("has `\(name.shortened).vars`, which is not an object")
            }
            for entry in entries { try graph.setVariable(entry.name, of: name, to: entry.value) }
        }
        for child in try Self.names(parts["children"], "\(name).children") {
            graph.addGroup(child)
            try graph.addChild(child, to: name)
        }
    }

    private static func names(_ value: AnsibleValue?, _ place: String) throws(ScalarProblem) -> [String] {
        guard let value else { return [] }
        guard case .list(let items) = value else {
            throw ScalarProblem("has `\(place.shortened)`, which is not a list")
        }
        var names: [String] = []
        for item in items {
            guard case .string(let name) = item, !name.isEmpty else {
                throw ScalarProblem("has `\(place.shortened)` with an entry that is not a name: \(item.kind)")
            }
            names.append(name)
        }
        return names
    }
}
