import DeployModel
import Foundation
import Testing

@testable import InventoryLoading

/// What ansible-core itself makes of all inventories and patterns: asked once, of one process.
actor AnsibleReference {
    struct Answer: Sendable {
        var inventories: [String: AnsibleValue]
        /// By the inventory's name.
        var patterns: [String: [String: AnsibleValue]]
        var directory: URL

        /// Where our reader and Ansible differ about an inventory.
        func differences(_ ours: AnsibleInventory, of name: String) -> [String] {
            guard let expected = inventories[name]?.entries else { return ["`\(name)` was not asked about"] }
            let hosts = Self.byName(expected, "hosts")
            let groups = Self.byName(expected, "groups")
            var found: [String] = []
            if Set(ours.hosts.map(\.name)) != Set(hosts.keys) {
                found.append("hosts are \(ours.hosts.map(\.name).sorted()), expected \(hosts.keys.sorted())")
            }
            for host in ours.hosts {
                let expected = Self.byName(hosts[host.name]?.entries ?? [])
                for name in Set(expected.keys).union(host.variables.keys).sorted() {
                    let value = host.variables[name]?.sorted
                    guard value != expected[name]?.sorted else { continue }
                    let values = [value, expected[name]].map { $0.map(\.json) ?? "nothing" }
                    found.append("`\(name)` of `\(host.name)` is \(values[0]), expected \(values[1])")
                }
            }
            if ours.groups.map(\.name).sorted() != groups.keys.sorted() {
                found.append("groups are \(ours.groups.map(\.name).sorted()), expected \(groups.keys.sorted())")
            }
            for group in ours.groups {
                // The order of hosts two levels below a group is not fixed in Ansible.
                let expected = groups[group.name]?.names.sorted() ?? []
                guard group.hosts.sorted() != expected else { continue }
                found.append("hosts of `\(group.name)` are \(group.hosts.sorted()), expected \(expected)")
            }
            return found
        }

        private static func byName(_ entries: [AnsibleValue.Entry], _ key: String) -> [String: AnsibleValue] {
            byName(entries.first { $0.name == key }?.value.entries ?? [])
        }

        private static func byName(_ entries: [AnsibleValue.Entry]) -> [String: AnsibleValue] {
            Dictionary(entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        }
    }

    static let shared = AnsibleReference()

    static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardizedFileURL
    private static let python = repository.appending(path: ".build/ansible/bin/python3")

    /// `Tests/run` installs ansible-core, and does not let its absence pass.
    static var isAvailable: Bool {
        ProcessInfo.processInfo.environment["TESTS_ARE_COMPLETE"] != nil
            || FileManager.default.isExecutableFile(atPath: python.path(percentEncoded: false))
    }

    private var answer: Result<Answer, any Error>?

    func answers() throws -> Answer {
        let result =
            answer
            ?? Result {
                let (fleet, patterns) = try AnsibleCase.patterns()
                return try Self.ask(about: try AnsibleCase.all() + [fleet], patterns: [fleet.name: patterns])
            }
        answer = result
        return try result.get()
    }

    /// Writes the inventories into a new directory and asks one process of Ansible's about all of them.
    static func ask(about items: [AnsibleCase], patterns: [String: [String]]) throws -> Answer {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ansible-\(UUID().uuidString)")
        var sources: [AnsibleValue.Entry] = []
        for item in items {
            try item.write(to: directory)
            sources.append(.init(name: item.name, value: .list(item.sources(in: directory).map { .string($0) })))
        }
        let question: AnsibleValue = .map([
            .init(name: "inventories", value: .map(sources)),
            .init(
                name: "patterns",
                value: .map(
                    patterns.sorted { $0.key < $1.key }.map { name, texts in
                        .init(name: name, value: .list(texts.map { .string($0) }))
                    })),
        ])
        let input = directory.appending(path: "question.json")
        try Data(question.json.utf8).write(to: input)
        let script = repository.appending(path: "Tests/Scripts/ansible-reference").path(percentEncoded: false)
        let output = try run(
            [python.path(percentEncoded: false), script], input: input,
            environment: ["TMPDIR": directory.path(percentEncoded: false)])
        guard case .map(let entries) = try JSONText.value(of: output) else { throw CocoaError(.fileReadCorruptFile) }
        let byName = { (entries: [AnsibleValue.Entry]) in
            Dictionary(entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        }
        return Answer(
            inventories: byName(entries[0].value.entries),
            patterns: byName(entries[1].value.entries).mapValues { byName($0.entries) }, directory: directory)
    }

    /// Runs a program to its end.
    static func run(_ argv: [String], input: URL? = nil, environment: [String: String] = [:]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: argv[0])
        process.arguments = Array(argv.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw DeployError(.localCommandFailed, "`\(argv[0])` ended with status \(process.terminationStatus)")
        }
        return Array(bytes)
    }
}

extension AnsibleValue {
    var entries: [Entry] {
        if case .map(let entries) = self { entries } else { [] }
    }

    /// The texts of a list.
    var names: [String] {
        guard case .list(let items) = self else { return [] }
        return items.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }

    /// With the entries of all maps by name: their order is no difference.
    var sorted: AnsibleValue {
        switch self {
        case .map(let entries):
            .map(entries.map { Entry(name: $0.name, value: $0.value.sorted) }.sorted { $0.name < $1.name })
        case .list(let items): .list(items.map(\.sorted))
        case .null, .bool, .integer, .number, .string: self
        }
    }

    var json: String {
        switch self {
        case .map(let entries):
            "{" + entries.map { AnsibleValue.string($0.name).json + ": " + $0.value.json }.joined(separator: ", ") + "}"
        case .list(let items): "[" + items.map(\.json).joined(separator: ", ") + "]"
        case .string(let text):
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
        default: keyText ?? ""
        }
    }
}

extension AnsibleReader {
    /// Runs executables with Foundation.
    static let forTests = AnsibleReader { argv in try AnsibleReference.run(argv) }
}
