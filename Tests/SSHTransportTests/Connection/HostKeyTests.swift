import Foundation
import Logging
import NIOPosix
import SSHTransport
import TestSupport
import Testing

@Suite struct HostKeyTests {
    private static func failure(
        _ server: SSHServer, knownHosts: String, in lab: Lab, change: (inout SSHConnectionSettings) -> Void = { _ in }
    ) async throws -> SSHError? {
        var settings = try server.settings()
        settings.knownHostsFiles = [try lab.write(knownHosts, to: lab.uniqueName("known"))]
        change(&settings)
        do {
            await (try server.connect(settings)).close()
            return nil
        } catch let error as SSHError {
            return error
        }
    }

    @Test func `a host that is not known is refused before its user is named`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let error = try #require(try await Self.failure(server, knownHosts: "", in: lab))
            #expect(error.code == .hostKeyUnknown)
            #expect(error.reason.contains("[\(server.address)]:\(server.port)"))
            #expect(error.reason.contains("SHA256:"))
            try await eventually("sshd to note the end", log: server.log) { server.log.text.contains("[preauth]") }
            // sshd would log "closed by authenticating user root" had it been told one.
            #expect(!server.log.text.contains("user \(server.user)"))
        }
    }

    @Test func `a changed host key is refused, and the error shows where the old one stands`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let other = lab.path("other")
            #expect(try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", other]).succeeded)
            let key = LabLog(path: other + ".pub").text
            let error = try #require(
                try await Self.failure(server, knownHosts: "# mine\n[\(server.address)]:\(server.port) \(key)", in: lab)
            )
            #expect(error.code == .hostKeyChanged)
            #expect(error.reason.contains("known:2"))
            #expect(!server.log.text.contains("user \(server.user)"))
        }
    }

    @Test func `a revoked key is refused even if it is known as well`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let lines = server.knownHosts.split(separator: "\n").map { "@revoked \($0)\n" }.joined()
            let error = try #require(try await Self.failure(server, knownHosts: server.knownHosts + lines, in: lab))
            #expect(error.code == .hostKeyRevoked)
        }
    }

    @Test(arguments: ["ssh-ed25519", "ecdsa-sha2-nistp256"])
    func `one known key of any type is enough`(type: String) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let lines = server.knownHosts.split(separator: "\n").filter { $0.contains(" \(type) ") }
            #expect(try await Self.failure(server, knownHosts: lines.joined(separator: "\n"), in: lab) == nil)
        }
    }

    @Test func `an alias stands in for the address`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let lines = server.knownHosts.replacing("[\(server.address)]:\(server.port)", with: "web-alias")
            let error = try await Self.failure(server, knownHosts: lines, in: lab) { $0.hostKeyAlias = "web-alias" }
            #expect(error == nil)
        }
    }

    @Test(arguments: [false, true])
    func `a first key is recorded where that is asked for, and counts from then on`(isHashed: Bool) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let file = lab.path("recorded")
            var settings = try server.settings()
            settings.knownHostsFiles = [file, try lab.write("", to: "second")]
            settings.unknownHosts = .record(isHashed: isHashed)
            await (try server.connect(settings)).close()
            let recorded = LabLog(path: file).text
            #expect(recorded.split(separator: "\n").count == 1)
            #expect(recorded.hasPrefix("|1|") == isHashed)
            // The same cache, which has seen the file without the key, and the strict way.
            settings.unknownHosts = .refuse
            await (try server.connect(settings)).close()
            #expect(LabLog(path: file).text == recorded)
        }
    }

    @Test func `recording replaces no key, and stands in for no authority of certificates`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let other = lab.path("other")
            #expect(try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", other]).succeeded)
            let key = LabLog(path: other + ".pub").text
            let name = "[\(server.address)]:\(server.port)"
            for (line, code) in [
                ("\(name) \(key)", SSHError.Code.hostKeyChanged), ("@cert-authority * \(key)", .hostKeyUnknown),
            ] {
                let error = try await Self.failure(server, knownHosts: line, in: lab) {
                    $0.unknownHosts = .record(isHashed: false)
                }
                #expect(error?.code == code)
            }
        }
    }

    @Test func `a server tells its keys to someone without a name`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let settings = try server.settings()
            for type in ["ssh-ed25519", "ecdsa-sha2-nistp256"] {
                let key = try await SSHConnection.hostKey(
                    settings, ofTypes: [type], on: MultiThreadedEventLoopGroup.singleton.next(),
                    logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
                #expect(server.knownHosts.contains("\(type) \(Data(key.blob).base64EncodedString())"))
            }
            try await eventually("sshd to note the end", log: server.log) { server.log.text.contains("[preauth]") }
            #expect(!server.log.text.contains("user \(server.user)"))
        }
    }
}
