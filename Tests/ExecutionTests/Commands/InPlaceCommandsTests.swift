import DeployModel
import SSHTransport
import Testing

@testable import Execution

struct InPlaceCommandsTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func apply(_ id: String, over last: String? = nil) async throws -> CommandResult {
        try await LocalHost().run(
            InPlaceCommands.apply(
                scratch("app.deploy/releases/\(id)"), to: scratch("app"),
                over: last.map { scratch("app.deploy/releases/\($0)") }),
            timeout: .seconds(20), idleTimeout: nil, isRepeatable: true, output: nil)
    }

    private func stage(_ id: String, _ files: [String: String]) throws {
        for (name, text) in files { try scratch.write(text, to: "app.deploy/releases/\(id)/\(name)") }
    }

    @Test func `a release is copied over what is there, and what only the last one brought goes`() async throws {
        try scratch.write("by hand", to: "app/.env")
        try scratch.write("by hand", to: "app/node_modules/x")
        try scratch.write("old", to: "app/server.js")
        try stage("1", ["server.js": "1", "lib/a b\n.js": "1", "lib/deep/only-here": "1", "kept": "1"])
        var result = try await apply("1")
        #expect(result.isSuccess, "\(result.standardError)")
        #expect(scratch.text("app/server.js") == "1")
        #expect(scratch.text("app/.env") == "by hand")

        try scratch.write("local", to: "app/lib/deep/local")
        try stage("2", ["server.js": "2", "kept": "1"])
        result = try await apply("2", over: "1")
        #expect(result.isSuccess, "\(result.standardError)")
        #expect(scratch.names(in: "app") == [".env", "kept", "lib", "node_modules", "server.js"])
        #expect(scratch.text("app/server.js") == "2")
        #expect(scratch.names(in: "app/lib") == ["deep"])
        #expect(scratch.names(in: "app/lib/deep") == ["local"], "what no release brought stays")
        #expect(try await apply("2", over: "1").isSuccess, "doing it again does no harm")
    }
}
