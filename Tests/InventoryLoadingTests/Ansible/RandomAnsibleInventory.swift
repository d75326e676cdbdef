import Foundation
import TestSupport

/// Ansible inventories and patterns that chance has made, valid and odd. The seed is printed; `DEPLOY_TEST_SEED` gives them
/// again.
struct RandomAnsibleInventory {
    let seed: UInt64
    private var random: SeededGenerator

    private static let groups = ["web", "db", "eu", "prod", "g_1", "x.y"]
    private static let hosts = [
        "web-1", "web-2", "web-[1:3]", "db-[a:c]", "db-b", "10.0.0.1", "h.example.com", "cache-[01:05:2]", "one:2222",
    ]
    /// What an INI file may say of a variable, and a YAML file.
    private static let literals = [
        "1", "-7", "+3", "010", "0o17", "0x1F", "1_000", "1__0", "1.50", "1e3", "True", "true", "None", "yes", "''",
        "[1, 'a']", "{'a': 1}", "(1, 2)", "\"two words\"", "'it'", "10.0.0.1", "a=b", "a#b", "~/.ssh/id", "{{ x }}",
    ]
    private static let scalars = [
        "1", "-7", "+1", "010", "0x1F", "0b11", "1_000", "1__0", "1.5", "1e3", "1.0e+3", ".5", "yes", "No", "on",
        "true",
        "null", "~", "", "''", "\"a b\"", "a b", "22:30", "1:2:3", "0o17", "[1, a]", "{b: 1, c: no}",
        "!unsafe '{{ x }}'",
        "'{{ x }}'",
    ]

    init() {
        let input = HostileInput(for: "Ansible inventories that chance has made")
        seed = input.seed
        random = SeededGenerator(seed: seed)
    }

    /// An inventory with patterns to ask it.
    mutating func next(_ number: Int) -> (item: AnsibleCase, patterns: [String]) {
        let isINI = Bool.random(using: &random)
        var files = [
            AnsibleCase.File(
                path: isINI ? "hosts" : "hosts.yml", isExecutable: false, text: isINI ? ini() : yaml())
        ]
        for folder in ["group_vars/all", "group_vars/\(pick(Self.groups))", "host_vars/\(pick(["web-1", "db-b"]))"]
        where one(in: 3) {
            let path = folder + pick(["", ".yml", ".yaml", "/main.yml"])
            files.append(AnsibleCase.File(path: path, isExecutable: false, text: variables(indented: 0)))
        }
        let item = AnsibleCase(name: "random-\(number)", namedSources: [], files: files)
        return (item, (0..<6).map { _ in pattern() })
    }

    // MARK: Private

    private mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    private mutating func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }

    private mutating func some(_ texts: [String], atMost count: Int) -> [String] {
        Array(texts.shuffled(using: &random).prefix(Int.random(in: 0...count, using: &random)))
    }

    /// Sections in any order. A group holds only groups that stand behind it in the list, so that none holds itself.
    private mutating func ini() -> String {
        var sections = [hostLines()]
        for (index, group) in Self.groups.enumerated() {
            sections.append("[\(group)]\n" + hostLines())
            if one(in: 3) {
                let children = some(Array(Self.groups[(index + 1)...]), atMost: 3)
                sections.append("[\(group):children]\n" + children.map { $0 + "\n" }.joined())
            }
            if one(in: 2) {
                var lines = some(["a", "b", "c"], atMost: 3).map { "\($0) = \(pick(Self.literals))\n" }.joined()
                if one(in: 4) { lines += "ansible_group_priority=\(pick(["1", "5", "10"]))\n" }
                sections.append("[\(group):vars]\n" + lines)
            }
        }
        // Hosts without a section come first.
        return sections[0] + sections.dropFirst().shuffled(using: &random).joined(separator: pick(["", "\n", "# x\n"]))
    }

    private mutating func hostLines() -> String {
        some(Self.hosts, atMost: 3).map { host in
            let words = some(["a", "b", "ansible_user"], atMost: 2).map { "\($0)=\(word(pick(Self.literals)))" }
            return ([host] + words).joined(separator: pick([" ", "  ", "\t"])) + "\n"
        }.joined()
    }

    /// As it has to be written on a host's line, which is split like a shell's.
    private func word(_ literal: String) -> String {
        guard literal.contains(" ") || literal.contains("'") else { return literal }
        return literal.contains("\"") ? "'\(literal)'" : "\"\(literal)\""
    }

    private mutating func yaml() -> String {
        var text = "all:\n" + section("vars", variables(indented: 4)) + section("hosts", hostEntries(indented: 4))
        text += "  children:\n"
        var remaining = Self.groups.shuffled(using: &random)
        while let group = remaining.popLast() {
            text += "    \(group):\n" + self.group(indented: 6, below: &remaining)
        }
        return text
    }

    private mutating func group(indented depth: Int, below remaining: inout [String]) -> String {
        let indent = String(repeating: " ", count: depth)
        var text = section("hosts", hostEntries(indented: depth + 2), indent)
        text += section("vars", variables(indented: depth + 2), indent)
        guard depth < 16, one(in: 2), let child = remaining.popLast() else { return text }
        return text + "\(indent)children:\n\(indent)  \(child):\n" + group(indented: depth + 4, below: &remaining)
    }

    private func section(_ name: String, _ lines: String, _ indent: String = "  ") -> String {
        lines.isEmpty ? "" : "\(indent)\(name):\n\(lines)"
    }

    private mutating func variables(indented depth: Int) -> String {
        let indent = String(repeating: " ", count: depth)
        return some(["a", "b", "c", "ansible_user"], atMost: 3).map { "\(indent)\($0): \(pick(Self.scalars))\n" }
            .joined()
    }

    private mutating func hostEntries(indented depth: Int) -> String {
        let indent = String(repeating: " ", count: depth)
        return some(Self.hosts.filter { !$0.contains(":2") }, atMost: 3).map { host in
            let lines = variables(indented: depth + 2)
            return "\(indent)\(host.contains("[") ? "\"\(host)\"" : host):\n\(lines)"
        }.joined()
    }

    private mutating func pattern() -> String {
        let separator = pick([":", ",", ", "])
        return (0..<Int.random(in: 1...4, using: &random)).map { _ in pick(["", "", "&", "!"]) + term() }
            .joined(separator: separator)
    }

    /// No index on a group: Ansible does not fix the order of hosts two levels below one.
    private mutating func term() -> String {
        pick(
            Self.groups + [
                "all", "*", "web-1", "db-b", "db-*", "web-?", "web-[12]", "*.example.com", "~web-\\d", "~(db|web)-.",
                "10.0.0.1", "nothing", "cache-0[!1]",
            ])
    }
}
