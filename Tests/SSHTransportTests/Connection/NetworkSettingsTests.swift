import Foundation
import TestSupport
import Testing

@testable import SSHTransport

/// What `ssh_config` says of addresses, algorithms and compression, before a real sshd.
struct NetworkSettingsTests {
    /// The lines of sshd's log that a login of ours makes.
    private func log(
        _ options: SSHServer.Options = .init(), _ change: (SSHServer, inout SSHConnectionSettings) throws -> Void
    ) async throws -> String {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, options)
            var settings = try server.settings()
            try change(server, &settings)
            try await server.withConnection(settings) { connection in
                let result = try await connection.run("head -c 3000000 /dev/zero | wc -c")
                #expect(result.outputText == "3000000\n")
            }
            return server.log.text
        }
    }

    private func failure(_ change: (SSHServer, inout SSHConnectionSettings) throws -> Void) async throws -> SSHError {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            var settings = try server.settings()
            try change(server, &settings)
            return try #require(await #expect(throws: SSHError.self) { try await server.connect(settings) })
        }
    }

    @Test func `the connection comes from the address that is asked for`() async throws {
        let address = LabAddress.next()
        let log = try await log { $1.bindAddress = address }
        #expect(log.contains("Connection from \(address) "))
    }

    @Test(.enabled(if: LabAddress.hasIPv6)) func `an IPv6 address is reached`() async throws {
        let log = try await log(.with { $0.address = "::1" }) { $1.addressFamily = .ipv6 }
        #expect(log.contains("Connection from ::1 "))
    }

    @Test func `a name is tried at the addresses of its family, one after the other`() async throws {
        // `localhost` is 127.0.0.1 and, on most machines, ::1 first.
        _ = try await log(.with { $0.address = "127.0.0.1" }) { server, settings in
            settings.address = "localhost"
            settings.addressFamily = .ipv4
            settings.hostKeyAlias = "alias"
            settings.knownHostsFiles = [server.folder + "/alias"]
            try server.knownHosts.replacing("[127.0.0.1]:\(server.port)", with: "alias")
                .write(toFile: server.folder + "/alias", atomically: true, encoding: .utf8)
        }
        let other = try await failure { _, settings in settings.addressFamily = .ipv6 }
        #expect(other.code == .connectFailed && other.reason.contains("address family"))
        let foreign = try await failure { _, settings in settings.bindAddress = "::1" }
        #expect(foreign.code == .connectFailed)
    }

    @Test func `what is sent is compressed where that is asked for`() async throws {
        let log = try await log(.with { $0.logLevel = "DEBUG1" }) { $1.isCompressed = true }
        #expect(log.contains("compression: zlib"))
    }

    @Test(arguments: [
        (AlgorithmKind.cipher, "^aes192-ctr", "cipher: aes192-ctr"),
        (.mac, "hmac-sha2-512", "MAC: hmac-sha2-512"),
        (.keyExchange, "-curve*", "kex: algorithm: ecdh-sha2-nistp256"),
        (.signature, "ecdsa-sha2-nistp256,ssh-ed25519", "kex: host key algorithm: ecdsa-sha2-nistp256"),
    ])
    func `the algorithms are those that are asked for`(kind: AlgorithmKind, value: String, line: String) async throws {
        let list = try AlgorithmList(value, of: kind)
        let log = try await log(.with { $0.logLevel = "DEBUG1" }) { _, settings in
            switch kind {
            case .cipher: settings.algorithms.ciphers = list
            case .mac: settings.algorithms.macs = list
            case .keyExchange: settings.algorithms.keyExchanges = list
            case .signature, .gssapiKeyExchange: settings.algorithms.hostKeys = list
            }
        }
        #expect(log.contains(line))
    }

    @Test func `algorithms of which nothing is left are named`() async throws {
        let error = try await failure { _, settings in
            settings.algorithms.ciphers = try AlgorithmList("chacha20-poly1305@openssh.com", of: .cipher)
        }
        #expect(error.code == .keyExchangeFailed)
        #expect(error.reason.contains("no cipher is left") && error.reason.contains(SSHConnection.libraryVersion))
    }

    @Test func `a key and known hosts that came as text are enough`() async throws {
        _ = try await log { server, settings in
            settings.identityText = IdentityText(
                try String(contentsOfFile: server.clientKeys.ed25519, encoding: .utf8), source: "DEPLOY_SSH_KEY")
            settings.identityFiles = []
            settings.knownHostsText = KnownHostsText(server.knownHosts, source: "DEPLOY_KNOWN_HOSTS")
            settings.knownHostsFiles = []
        }
        let error = try await failure { server, settings in
            settings.identityText = IdentityText("SECRET", source: "DEPLOY_SSH_KEY")
            settings.identityFiles = []
        }
        #expect(error.reason.contains("DEPLOY_SSH_KEY") && !"\(error)".contains("SECRET"))
        #expect("\(IdentityText("SECRET", source: "V"))" == "the key in V")
    }
}
