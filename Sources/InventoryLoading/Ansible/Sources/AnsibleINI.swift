import DeployModel

/// Reads an INI inventory line by line into a graph, as Ansible's `ini` plugin does.
struct AnsibleINI {
    private enum Section: String {
        case hosts, children, vars
    }

    /// A group that was named before it was declared.
    private struct Pending {
        var location: SourceLocation
        /// The groups that shall hold it; none where only its variables were given.
        var parents: [String]
    }

    private let file: String
    private var section = Section.hosts
    private var group = "ungrouped"
    private var pending: [String: Pending] = [:]
    private var issues: [InventoryIssue] = []

    static func read(_ raw: [UInt8], file: String, into graph: inout AnsibleGraph) throws(InventoryError) {
        let text = try SourceText(raw, file: file)
        var reader = AnsibleINI(file: file)
        let lines = text.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let line = String(decoding: bytes, as: UTF8.self)
            guard let start = line.firstIndex(where: { !$0.isWhitespace }), line[start] != "#", line[start] != ";"
            else { continue }
            let column = line.distance(from: line.startIndex, to: start) + 1
            let end = line.lastIndex { !$0.isWhitespace } ?? start
            let location = SourceLocation(file: file, line: index + 1, column: column)
            reader.read(String(line[start...end]), at: location, &graph)
            guard reader.issues.count < InventoryError.limit else { break }
        }
        reader.reportPending()
        guard reader.issues.isEmpty else { throw InventoryError(reader.issues) }
    }

    private init(file: String) { self.file = file }

    // MARK: Private

    private mutating func read(_ line: String, at location: SourceLocation, _ graph: inout AnsibleGraph) {
        do throws(ScalarProblem) {
            if let header = Self.header(line) {
                try open(header.name, header.section, at: location, &graph)
            } else if line.hasPrefix("["), line.hasSuffix("]") {
                throw ScalarProblem("is no section: `\(line.shortened)`", hint: "`[group]`, without spaces in it")
            } else {
                switch section {
                case .hosts: try addHosts(line, &graph)
                case .vars: try setVariable(line, &graph)
                case .children: try addChild(line, at: location, &graph)
                }
            }
        } catch {
            issues.append(InventoryIssue("the line " + error.predicate, at: location, hint: error.hint))
        }
    }

    /// `[name]` or `[name:word]`, perhaps with a comment behind it.
    private static func header(_ line: String) -> (name: String, section: String?)? {
        guard line.hasPrefix("["), let close = line.firstIndex(of: "]") else { return nil }
        let rest = line[line.index(after: close)...].drop(while: \.isWhitespace)
        let parts = line[line.index(after: line.startIndex)..<close].split(
            separator: ":", omittingEmptySubsequences: false)
        guard rest.isEmpty || rest.hasPrefix("#"), (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }), let name = parts.first
        else { return nil }
        return (String(name), parts.count == 2 ? parts.last.map(String.init) : nil)
    }

    private mutating func open(
        _ name: String, _ word: String?, at location: SourceLocation, _ graph: inout AnsibleGraph
    ) throws(ScalarProblem) {
        guard let section = Section(rawValue: word ?? "hosts") else {
            throw ScalarProblem(
                "has a section of unknown type: `[\(name.shortened):\((word ?? "").shortened)]`",
                hint: "the types are `[\(name.shortened)]`, `:children` and `:vars`")
        }
        (group, self.section) = (name, section)
        if graph.groups[name] == nil {
            // The variables alone do not declare a group.
            if section == .vars, pending[name] == nil { pending[name] = Pending(location: location, parents: []) }
            graph.addGroup(name)
        }
        if section != .vars, let declared = pending.removeValue(forKey: name) {
            for parent in declared.parents { try graph.addChild(name, to: parent) }
        }
    }

    private func addHosts(_ line: String, _ graph: inout AnsibleGraph) throws(ScalarProblem) {
        guard let words = ShellWords.split(line), let entry = words.first else {
            throw ScalarProblem("has a quote that is not closed")
        }
        let (names, port) = try AnsibleAddress.hosts(entry)
        if entry.hasSuffix(":"), port == nil { throw ScalarProblem("has no port after `:`: `\(entry.shortened)`") }
        guard !names.contains("---") else { throw ScalarProblem("is `---`: this is not YAML but INI") }
        var variables: [(String, AnsibleValue)] = []
        for word in words.dropFirst() {
            guard let equals = word.firstIndex(of: "=") else {
                throw ScalarProblem(
                    "has a word that is not `name=value`: `\(word.shortened)`",
                    hint: "put quotes around a value with spaces in it")
            }
            variables.append((String(word[..<equals]), Self.value(word[word.index(after: equals)...])))
        }
        for name in names {
            try graph.addHost(name, to: group, port: port)
            for (variable, value) in variables { try graph.setVariable(variable, of: name, to: value) }
        }
    }

    private func setVariable(_ line: String, _ graph: inout AnsibleGraph) throws(ScalarProblem) {
        guard let equals = line.firstIndex(of: "=") else {
            throw ScalarProblem("is not `name=value`: `\(line.shortened)`")
        }
        let name = line[..<equals].trimmingWhitespace
        try graph.setVariable(name, of: group, to: Self.value(line[line.index(after: equals)...]))
    }

    private mutating func addChild(
        _ line: String, at location: SourceLocation, _ graph: inout AnsibleGraph
    ) throws(ScalarProblem) {
        let name = line.prefix { $0 != ":" && $0 != "]" && !$0.isWhitespace }
        let rest = line[name.endIndex...].drop(while: \.isWhitespace)
        guard !name.isEmpty, rest.isEmpty || rest.hasPrefix("#") else {
            throw ScalarProblem("is not the name of a group: `\(line.shortened)`")
        }
        if graph.groups[String(name)] != nil {
            try graph.addChild(String(name), to: group)
        } else {
            pending[String(name), default: Pending(location: location, parents: [])].parents.append(group)
        }
    }

    private static func value(_ text: Substring) -> AnsibleValue {
        let text = text.trimmingWhitespace
        return PythonLiteral.value(of: text) ?? .string(text)
    }

    private mutating func reportPending() {
        for (name, group) in pending.sorted(by: { $0.value.location.line < $1.value.location.line }) {
            let message =
                group.parents.isEmpty
                ? "variables are given to the group `\(name.shortened)`, which is not declared"
                : "the group `\(name.shortened)` is not declared"
            issues.append(InventoryIssue(message, at: group.location, hint: "declare it: `[\(name.shortened)]`"))
        }
    }
}

extension Substring {
    fileprivate var trimmingWhitespace: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }
}
