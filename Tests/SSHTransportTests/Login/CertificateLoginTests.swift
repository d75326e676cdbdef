import Foundation
import SSHTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct CertificateLoginTests {
    private static let isNewLibrary =
        (LibSSH2Version(SSHConnection.libraryVersion) ?? LibSSH2Version(1, 10, 0))
        >= LibSSH2Version(1, 11, 0)

    @Test(arguments: [("ecdsa", true), ("ed25519", isNewLibrary), ("rsa", isNewLibrary)])
    func `a certificate logs in where libssh2 can, and else the error says what is in the way`(
        type: String, isSupported: Bool
    ) async throws {
        try await Lab.run { lab in
            let (server, key) = try await certified(type, in: lab)
            let settings = try server.settings(identities: [key])
            if isSupported {
                try await server.withConnection(settings) { connection in
                    let login = try #require(await connection.loginRecord)
                    #expect(login.source == key + "-cert.pub")
                    let end = try #require(login.validBefore)
                    #expect(abs(end.timeIntervalSinceNow - 3600) < 300)
                }
            } else {
                let error = await #expect(throws: SSHError.self) { try await server.connect(settings) }
                #expect(error?.code == .authenticationFailed)
                #expect(error?.reason.contains("`\(key)-cert.pub`: libssh2 before 1.11") == true, "\(error as Any)")
            }
        }
    }

    @Test func `a certificate in a file of its own goes with a key that only the agent holds`() async throws {
        try await Lab.run { lab in
            let (server, key) = try await certified("ecdsa", in: lab)
            let certificate = lab.path("elsewhere.pub")
            try FileManager.default.moveItem(atPath: key + "-cert.pub", toPath: certificate)
            let agent = try await SSHAgent.start(in: lab, keys: [key])
            try FileManager.default.removeItem(atPath: key)
            var settings = try server.settings(identities: [key + ".pub"])
            settings.agentSocketPath = agent.socket
            settings.certificateFiles = [certificate]
            try await server.withConnection(settings) { connection in
                #expect(await connection.loginRecord?.source == certificate)
            }
        }
    }

    @Test func `an expired certificate is not offered, and the error says so`() async throws {
        try await Lab.run { lab in
            let (server, key) = try await certified("ecdsa", validity: "-2h:-1h", in: lab)
            let error = await #expect(throws: SSHError.self) {
                try await server.connect(server.settings(identities: [key]))
            }
            #expect(error?.reason.contains("`\(key)-cert.pub`: the certificate has expired") == true, "\(error as Any)")
        }
    }

    /// A server that trusts an authority, and a key that only its certificate lets in.
    private func certified(
        _ type: String, validity: String = "+1h", in lab: Lab
    ) async throws -> (server: SSHServer, key: String) {
        let authority = lab.path("authority")
        let key = lab.path("certified")
        for (path, kind) in [(authority, "ed25519"), (key, type)] {
            #expect(try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", kind, "-f", path]).succeeded)
        }
        let signed = try await lab.command(
            ["ssh-keygen", "-q", "-s", authority, "-I", "lab", "-n", NSUserName(), "-V", validity, key + ".pub"])
        #expect(signed.succeeded, "\(signed.errorText)")
        let server = try await SSHServer.start(
            in: lab, .with { $0.extraLines = ["TrustedUserCAKeys \(authority).pub"] })
        return (server, key)
    }
}
