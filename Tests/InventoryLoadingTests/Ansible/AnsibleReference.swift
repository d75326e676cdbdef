import DeployModel
import Foundation
import Testing

@testable import InventoryLoading

/// What ansible-core itself makes of all inventories and patterns: asked once, of one process.
actor AnsibleReference {
    struct Answer: Sendable {
        var inventories: [String: AnsibleValue]
        var patterns: [String: AnsibleValue]
        var directory: URL
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
        let result = answer ?? Result { try Self.ask() }
        answer = result
        return try result.get()
    }

    private static func ask() throws -> Answer {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ansible-\(UUID().uuidString)")
        let (fleet, patterns) = try AnsibleCase.patterns()
        var sources: [AnsibleValue.Entry] = []
        for item in try AnsibleCase.all() + [fleet] {
            try item.write(to: directory)
            sources.append(.init(name: item.name, value: .list(item.sources(in: directory).map { .string($0) })))
        }
        let question: AnsibleValue = .map([
            .init(name: "inventories", value: .map(sources)),
            .init(
                name: "patterns",
                value: .map([.init(name: "fleet", value: .list(patterns.map { .string($0) }))])),
        ])
        let input = directory.appending(path: "question.json")
        try Data(question.json.utf8).write(to: input)
        let script = repository.appending(path: "Tests/Scripts/ansible-reference").path(percentEncoded: false)
        let output = try run(
            [python.path(percentEncoded: false), script], input: input,
            environment: ["TMPDIR": directory.path(percentEncoded: false)])
        guard case .map(let entries) = try JSONText.value(of: output) else { throw CocoaError(.fileReadCorruptFile) }
        return Answer(
            inventories: Dictionary(entries[0].value.entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            patterns: Dictionary(
                entries[1].value.entries.flatMap(\.value.entries).map { ($0.name, $0.value) },
                uniquingKeysWith: { $1 }),
            directory: directory)
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
