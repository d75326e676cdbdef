import DeployModel
import Foundation
import Synchronization
import Testing

@testable import InventoryLoading

@Suite struct SecretsReaderTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "secrets-\(UUID())").path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func write(_ text: String, to name: String, mode: Int = 0o600) throws {
        let path = "\(folder)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func inventory(_ lines: String) throws -> Inventory {
        let text = "service: acebook\nhosts: [web-1]\n" + lines
        return try InventoryLoader().read(
            Array(text.utf8), file: "hosts.yml", path: "\(folder)/hosts.yml", environment: [:]
        ).inventory
    }

    private func read(
        _ lines: String, environment: [String: String] = [:],
        run: @escaping SecretsReader.Run = { _, _ in [] }
    ) async throws -> SecretsReader.Outcome {
        try await SecretsReader(environment: environment, run: run).read(for: inventory(lines))
    }

    @Test func `the environment wins, and what it has needs no source`() async throws {
        let asked = Mutex(0)
        let run: SecretsReader.Run = { _, _ in
            asked.withLock { $0 += 1 }
            return Array("A=from-command\nB=from-command".utf8)
        }
        let lines = "secrets: [A, B]\nsecrets_from: [{ command: vault }]"
        var found = try await read(lines, environment: ["A": "here", "B": "here too"], run: run)
        #expect(found.values["A"]?.exposed == "here")
        #expect(asked.withLock { $0 } == 0)
        found = try await read(lines, environment: ["A": "here", "B": ""], run: run)
        #expect(found.values["A"]?.exposed == "here")
        #expect(found.values["B"]?.exposed == "from-command", "an empty variable is a secret that a CI does not have")
    }

    @Test func `the first source that holds a secret is believed`() async throws {
        try write("A=file\nUNUSED=x", to: "secrets")
        let commands = Mutex<[[String]]>([])
        let directory = Mutex("")
        let found = try await read(
            """
            secrets: [A]
            env: { secret: [B:C] }
            secrets_from: [{ file: secrets }, { command: [vault, "a b"], format: json }]
            """
        ) { argv, place in
            commands.withLock { $0.append(argv) }
            directory.withLock { $0 = place }
            return Array(#"{"data": {"data": {"A": "vault", "C": "c"}, "metadata": {}}}"#.utf8)
        }
        #expect(found.values["A"]?.exposed == "file")
        #expect(found.values["C"]?.exposed == "c")
        #expect(found.values["B"] == nil)
        #expect(found.values["UNUSED"] == nil)
        #expect(commands.withLock { $0 } == [["vault", "a b"]])
        #expect(directory.withLock { $0 } == folder)
        #expect(
            found.warnings == [
                "the secret `C` is too short to be told from other text: it is not hidden in what programs print"
            ])
    }

    @Test func `a command that only hides secrets goes on without those that cannot be found`() async throws {
        try write("A=from-file", to: "secrets", mode: 0o644)
        let lines = "secrets: [A, B, C]\nsecrets_from: [{ file: secrets }, { command: vault }, { command: other }]"
        let found = try await SecretsReader(environment: [:]) { argv, _ in
            guard argv.last == "other" else { throw DeployError(.localCommandFailed, "`vault` is sealed") }
            return Array("B=from-command".utf8)
        }.found(for: inventory(lines))
        #expect(found.values["A"]?.exposed == "from-file")
        #expect(found.values["B"]?.exposed == "from-command")
        #expect(found.values["C"] == nil)
        #expect(found.warnings == ["`B`, `C` cannot be hidden in what hosts print: `vault` is sealed"])
    }

    @Test func `what is at hand is found without running anything`() throws {
        try write("A=from-file\nB=from-file", to: "secrets")
        #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
        let values = SecretsReader.atHand(
            for: try inventory(
                """
                secrets: [A, B, C]
                secrets_from: [{ file: pipe }, { command: vault }, { file: none }, { file: secrets }]
                balancer: [{ webhook: { url: "https://lb.example.com/", secret: LB_KEY } }]
                """), environment: ["A": "from-environment", "LB_KEY": "key-of-calls"])
        #expect(values["A"]?.exposed == "from-environment")
        #expect(values["B"]?.exposed == "from-file")
        #expect(values["C"] == nil)
        #expect(values.redactor.redacted("from-file key-of-calls") == "[redacted] [redacted]")
        #expect(values["LB_KEY"] == nil, "no step may use it")
    }

    @Test(arguments: [
        #"{"A": "value"}"#, #"{"data": {"A": "value"}}"#, #"{"data": {"data": {"A": "value"}}}"#,
        #"{"SecretString": "{\"A\": \"value\"}"}"#, #"{"data": {"A": "other"}, "A": "value"}"#,
    ])
    func `JSON is read as it is, and as vaults wrap it`(text: String) async throws {
        let found = try await read("secrets: [A]\nsecrets_from: [{ command: x, format: json }]") { _, _ in
            Array(text.utf8)
        }
        #expect(found.values["A"]?.exposed == "value")
    }

    @Test func `every secret without a value is named at once`() async throws {
        var error = try await #require(throws: DeployError.self) {
            try await read("secrets: [B, A]\nsteps: { prepare: [{ run: x, env: { secret: [C] } }] }")
        }
        #expect(error.code == .invalidConfiguration)
        #expect(error.message == "these secrets have no value: `A`, `B`, `C`")
        #expect(error.hint == "export it in the environment of `deploy`, or name a place under `secrets_from`")
        error = try await #require(throws: DeployError.self) {
            try await read("secrets: [A]\nsecrets_from: [{ file: none }]")
        }
        #expect(error.message.hasPrefix("hosts.yml:4:16: `"))
        #expect(error.message.hasSuffix("` cannot be read: No such file or directory"))
    }

    @Test func `what is wrong with a source is said without its values`() async throws {
        try write("A='hunter22", to: "secrets")
        let error = try await #require(throws: DeployError.self) {
            try await read("secrets: [A]\nsecrets_from: [{ file: secrets }]")
        }
        #expect(error.message == "hosts.yml:4:16: `\(folder)/secrets`, line 1: the quote that begins here does not end")
        for text in ["{\"A\": \"hunter22\"", "[\"hunter22\"]", "\u{FF}hunter22"] {
            let error = try await #require(throws: DeployError.self) {
                try await read("secrets: [A]\nsecrets_from: [{ command: x, format: json }]") { _, _ in
                    Array(text.utf8)
                }
            }
            #expect(!"\(error) \(error.evidence) \(error.hint ?? "")".contains("hunter22"))
        }
    }

    @Test func `a file that others may read is worth a warning`() async throws {
        try write("A=value", to: "secrets", mode: 0o644)
        let found = try await read("secrets: [A]\nsecrets_from: { file: secrets }")
        #expect(found.warnings.count == 1)
        #expect(found.warnings.first?.contains("`chmod 600` it") == true)
    }
}
