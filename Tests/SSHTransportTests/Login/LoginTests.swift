import Foundation
import SSHTransport
import TestSupport
import Testing

@Suite struct LoginTests {
    enum KeyKind: CaseIterable {
        case rsaPEM, ed25519, ecdsa

        func path(in keys: SSHClientKeys) -> String {
            switch self {
            case .rsaPEM: keys.rsaPEM
            case .ed25519: keys.ed25519
            case .ecdsa: keys.ecdsa
            }
        }
    }

    @Test(arguments: KeyKind.allCases)
    func `a key file logs in to a default sshd`(kind: KeyKind) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            try await server.withConnection(server.settings(identities: [kind.path(in: server.clientKeys)])) {
                connection in
                let result = try await connection.run("echo in")
                #expect(result.outputText == "in\n")
            }
        }
    }

    @Test(arguments: KeyKind.allCases)
    func `an agent's key logs in`(kind: KeyKind) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let agent = try await SSHAgent.start(in: lab, keys: [kind.path(in: server.clientKeys)])
            var settings = try server.settings(identities: [])
            settings.agentSocketPath = agent.socket
            try await server.withConnection(settings) { connection in
                let result = try await connection.run("echo in")
                #expect(result.outputText == "in\n")
            }
        }
    }

    @Test func `a public key's file picks that key of the agent, and no other is offered`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let strangers = (1...6).map { lab.path("stranger\($0)") }
            for stranger in strangers {
                #expect(
                    try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", stranger]).succeeded)
            }
            let agent = try await SSHAgent.start(in: lab, keys: strangers + [server.clientKeys.ecdsa])
            // The public key alone, as on a machine whose private key is elsewhere.
            let picked = try lab.write(LabLog(path: server.clientKeys.ecdsa + ".pub").text, to: "picked.pub")
            var settings = try server.settings(identities: [picked])
            settings.agentSocketPath = agent.socket
            for isOnly in [true, false] {
                settings.identitiesOnly = isOnly
                try await server.withConnection(settings) { connection in
                    let result = try await connection.run("echo in")
                    #expect(result.outputText == "in\n")
                }
            }
            #expect(!server.log.text.contains("Failed publickey"))
        }
    }

    @Test func `one refused key does not keep the next from logging in`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let stranger = lab.path("stranger")
            #expect(try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", stranger]).succeeded)
            try await server.withConnection(server.settings(identities: [stranger, server.clientKeys.ecdsa])) {
                connection in
                let result = try await connection.run("echo in")
                #expect(result.outputText == "in\n")
            }
            await #expect {
                try await server.connect(server.settings(identities: [stranger]))
            } throws: { error in
                guard let error = error as? SSHError else { return false }
                return error.code == .authenticationFailed && error.phase == .authentication
                    && error.description.contains(stranger)
            }
        }
    }

    @Test func `without a key the error says what was looked at`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            var settings = try server.settings(identities: [lab.path("missing")])
            settings.agentSocketPath = lab.path("no-agent")
            await #expect {
                try await server.connect(settings)
            } throws: { error in
                guard let error = error as? SSHError else { return false }
                return error.code == .noIdentity && error.description.contains(lab.path("missing"))
                    && error.description.contains(lab.path("no-agent"))
            }
        }
    }

    @Test func `a server that hangs up during the login is not called a refusal`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.extraLines = ["MaxAuthTries 1"] })
            let stranger = lab.path("stranger")
            #expect(try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", stranger]).succeeded)
            await #expect {
                try await server.connect(server.settings(identities: [stranger, server.clientKeys.ecdsa]))
            } throws: { error in
                guard let error = error as? SSHError else { return false }
                return error.code == .connectionLost && error.phase == .authentication
                    && error.description.contains("Too many authentication failures")
            }
        }
    }
}
