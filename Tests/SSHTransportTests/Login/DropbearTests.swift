import SSHTransport
import TestSupport
import Testing

/// A server that is not OpenSSH: it takes an RSA key only under its own name, and knows other algorithms.
@Suite(.timeLimit(.minutes(3)), .enabled(if: LabAccount.canBeDefined)) struct DropbearTests {
    @Test(arguments: LoginTests.KeyKind.allCases)
    func `a key file logs in, runs commands and moves bytes`(kind: LoginTests.KeyKind) async throws {
        try await Lab.run { lab in
            let server = try await DropbearServer.start(in: lab)
            let settings = SSHConnectionSettings(
                label: "web-1", address: server.address, port: server.port, user: "root",
                identityFiles: [IdentityFile(path: kind.path(in: server.clientKeys))],
                knownHostsFiles: [try lab.write(server.knownHosts, to: "known")], connectTimeout: .seconds(20),
                credentials: SSHCredentialCache())
            try await JumpHosts.with { jumps in
                try await jumps.withConnection(settings) { connection in
                    let result = try await connection.run("head -c 1000000 /dev/zero; exit 3")
                    #expect(result.exit == .status(3))
                    #expect(result.standardOutputBytes == 1_000_000)
                    // As a jump host, to itself.
                    var behind = settings
                    (behind.label, behind.route) = ("web-2", .jump(settings))
                    try await jumps.withConnection(behind) { inner in
                        let text = try await inner.run("echo in").outputText
                        #expect(text == "in\n")
                    }
                }
            }
        }
    }
}
