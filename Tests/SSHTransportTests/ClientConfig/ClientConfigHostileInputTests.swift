import TestSupport
import Testing

@testable import SSHTransport

/// Bytes that no file should hold: an answer or an error, and never a crash.
struct ClientConfigHostileInputTests {
    @Test func `broken and random files give an answer or an error`() async {
        var input = HostileInput(for: "ssh_config")
        let examples = ClientConfigCases.all.map { Array($0.text.utf8) }
        for _ in input.rounds(20_000) {
            let bytes = input.next(from: examples)
            let file = ClientConfigParser.parse(bytes, path: "config")
            let config = ClientConfig(sources: [.init(file: file, isUsers: true)])
            let resolved = try? await ClientConfigResolver(config, environment: .sample())
                .resolve(ClientConfigQuery(host: "web"))
            _ = resolved?.dump
            _ = try? resolved?.way()
            _ = try? resolved?.identityPaths()
        }
    }

    @Test func `a line or a file beyond all measure is refused`() {
        let long = ClientConfigParser.parse(
            Array("User ".utf8) + Array(repeating: UInt8(ascii: "a"), count: 70_000), path: "config")
        #expect(long.issues.map(\.location?.line) == [1])
    }

    @Test func `patterns take time by the product of the lengths, not by the power`() {
        let pattern = WildcardPattern(String(repeating: "*a", count: 500).utf8)
        #expect(!pattern.matches(Array(String(repeating: "a", count: 20_000).utf8) + Array("b".utf8)))
    }
}
