import Foundation
import SSHTransport
import TestSupport
import Testing

struct AgentClientTests {
    static let deadline = Duration.seconds(10)
    static let short = Duration.milliseconds(200)

    @Test func `a real agent lists its keys and signs with each kind`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            var paths: [String] = []
            for kind in PrivateKeyTests.kinds { paths.append(try await keys.key(kind.keygen)) }
            let agent = try await SSHAgent.start(in: lab, keys: paths)
            let client = AgentClient(socketPath: agent.socket, deadline: Self.deadline)

            let identities = try await client.identities()
            #expect(try identities.map(\.blob) == paths.map { try keys.publicKeyBlob(beside: $0) })
            #expect(identities.allSatisfy { $0.comment == "a comment" })
            for (identity, kind) in zip(identities, PrivateKeyTests.kinds) {
                for algorithm in kind.algorithms {
                    let flags: UInt32 = ["rsa-sha2-512": 4, "rsa-sha2-256": 2][algorithm] ?? 0
                    let holds = try await keys.verifies(publicKeyBlob: identity.blob, algorithm: algorithm) { data in
                        try await client.sign(blob: identity.blob, data: data, flags: flags)
                    }
                    #expect(holds, "\(algorithm)")
                }
            }
        }
    }

    @Test func `an agent and the key file make the same RSA signature`() async throws {
        try await Lab.run { lab in
            let path = try await KeyLab(lab: lab).key(["-t", "rsa"])
            let key = try PrivateKey(contentsOf: path, passphrase: nil)
            let agent = try await SSHAgent.start(in: lab, keys: [path])
            let client = AgentClient(socketPath: agent.socket, deadline: Self.deadline)
            for (algorithm, flags) in [("ssh-rsa", 0 as UInt32), ("rsa-sha2-256", 2), ("rsa-sha2-512", 4)] {
                let ours = try key.signature(over: [1, 2, 3], algorithm: algorithm)
                #expect(try await client.sign(blob: key.publicKeyBlob, data: [1, 2, 3], flags: flags) == ours)
            }
        }
    }

    @Test func `a certificate in the agent signs by the key in it`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let authority = try await keys.key(["-t", "ed25519"], named: "authority")
            for (kind, algorithm, flags) in [
                (["-t", "ed25519"], "ssh-ed25519", 0 as UInt32), (["-t", "ecdsa"], "ecdsa-sha2-nistp256", 0),
                (["-t", "rsa"], "rsa-sha2-512", 4),
            ] {
                let path = try await keys.key(kind)
                try await keys.run(["ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", "root", path + ".pub"])
                let agent = try await SSHAgent.start(in: lab, keys: [path])
                let client = AgentClient(socketPath: agent.socket, deadline: Self.deadline)
                let certificate = try #require(try await client.identities().first { $0.keyType.contains("-cert-") })
                let blob = try keys.publicKeyBlob(beside: path)
                let holds = try await keys.verifies(publicKeyBlob: blob, algorithm: algorithm) { data in
                    try await client.sign(blob: certificate.blob, data: data, flags: flags)
                }
                #expect(holds, "\(algorithm)")
            }
        }
    }

    @Test func `many can ask at once, however short the agent's queue`() async throws {
        try await Lab.run { lab in
            let path = try await KeyLab(lab: lab).key(["-t", "ed25519"])
            let agent = try await SSHAgent.start(in: lab, keys: [path])
            let client = AgentClient(socketPath: agent.socket, deadline: Self.deadline)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<300 { group.addTask { try await client.identities().count } }
                for try await count in group { #expect(count == 1) }
            }
        }
    }

    @Test func `an empty agent holds no keys, which is no error`() async throws {
        try await Lab.run { lab in
            let agent = try await SSHAgent.start(in: lab, keys: [])
            #expect(try await AgentClient(socketPath: agent.socket, deadline: Self.deadline).identities().isEmpty)
        }
    }

    @Test func `an agent that does not hold the key refuses`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let agent = try await SSHAgent.start(in: lab, keys: [])
            let blob = try await keys.publicKeyBlob(beside: keys.key(["-t", "ed25519"]))
            let client = AgentClient(socketPath: agent.socket, deadline: Self.deadline)
            await #expect(throws: AgentError.refused(socketPath: agent.socket, request: .signing)) {
                try await client.sign(blob: blob, data: [1], flags: 0)
            }
        }
    }

    @Test func `a locked agent shows no keys and refuses to sign`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let path = try await keys.key(["-t", "ed25519"])
            let agent = try await SSHAgent.start(in: lab, keys: [path])
            let answer = try lab.write("#!/bin/sh\necho locked\n", to: "askpass", mode: 0o755)
            try await keys.run(
                ["ssh-add", "-x"],
                environment: [
                    "SSH_AUTH_SOCK": agent.socket, "SSH_ASKPASS": answer, "SSH_ASKPASS_REQUIRE": "force",
                ])
            let client = AgentClient(socketPath: agent.socket, deadline: Self.deadline)
            #expect(try await client.identities().isEmpty)
            let blob = try keys.publicKeyBlob(beside: path)
            await #expect(throws: AgentError.refused(socketPath: agent.socket, request: .signing)) {
                try await client.sign(blob: blob, data: [1], flags: 0)
            }
        }
    }

    @Test func `nobody at the socket is said, with the reason`() async throws {
        try await Lab.run { lab in
            let missing = lab.path("no-agent")
            await #expect(throws: AgentError.unreachable(socketPath: missing, reason: "No such file or directory")) {
                try await AgentClient(socketPath: missing, deadline: Self.deadline).identities()
            }
            let abandoned = try lab.write("", to: "abandoned")
            await #expect(throws: AgentError.unreachable(socketPath: abandoned, reason: "Connection refused")) {
                try await AgentClient(socketPath: abandoned, deadline: Self.deadline).identities()
            }
            let long = lab.path(String(repeating: "x", count: 200))
            await #expect(throws: AgentError.self) {
                try await AgentClient(socketPath: long, deadline: Self.deadline).identities()
            }
        }
    }

    @Test func `an agent that takes the connection and says nothing ends with the deadline's own error`() async throws {
        try await Lab.run { lab in
            let path = try await ScriptedAgent.start(in: lab, .silent).socketPath
            let client = AgentClient(socketPath: path, deadline: Self.short)
            await #expect(
                throws: AgentError.didNotAnswer(socketPath: path, request: .listingKeys, after: Self.short)
            ) { try await client.identities() }
            await #expect(throws: AgentError.didNotAnswer(socketPath: path, request: .signing, after: Self.short)) {
                try await client.sign(blob: [], data: [], flags: 0)
            }
        }
    }

    @Test func `a socket whose queue stays full ends with the deadline's own error`() async throws {
        try await Lab.run { lab in
            let path = lab.path("full")
            let listener = try FullSocket(path: path)
            defer { listener.close() }
            let client = AgentClient(socketPath: path, deadline: Self.short)
            await #expect(
                throws: AgentError.didNotAnswer(socketPath: path, request: .listingKeys, after: Self.short)
            ) { try await client.identities() }
        }
    }

    @Test func `a cancelled request ends at once, under its own name`() async throws {
        try await Lab.run { lab in
            let path = try await ScriptedAgent.start(in: lab, .silent).socketPath
            let client = AgentClient(socketPath: path, deadline: .seconds(600))
            let asking = Task { try await client.identities() }
            asking.cancel()
            await #expect(throws: AgentError.cancelled(socketPath: path, request: .listingKeys)) {
                try await asking.value
            }
        }
    }

    @Test func `answers that are none are refused, whatever is wrong with them`() async throws {
        let blob: [UInt8] = [0, 0, 0, 7] + Array("ssh-rsa".utf8)
        var signature: [UInt8] = []
        signature.appendSSH(string: "ssh-rsa")
        signature.appendSSH(string: [1, 2, 3])
        var bySHA1: [UInt8] = [14]
        bySHA1.appendSSH(string: signature)
        var trailing: [UInt8] = [14]
        trailing.appendSSH(string: signature + [0])
        var many: [UInt8] = [12]
        many.appendSSH(uint32: 4_000_000_000)

        let behaviours: [(ScriptedAgent.Behaviour, reason: String)] = [
            (.hangsUp, "it closed the connection"),
            (.sendsAndHangsUp([0, 0, 0, 5, 12]), "it closed the connection"),
            (.sends([0xff, 0xff, 0xff, 0xff]), "an answer of 4294967295 bytes is too long"),
            (.sends([0, 0, 0, 0]), "an empty message"),
            (.sends(Self.frame([200])), "message 200 instead of 14"),
            (.sends(Self.frame(many)), "message 12 instead of 14"),
            (.sends(Self.frame([14])), "the data ends or goes wrong where a number is expected"),
            (.dribbles(Self.frame(bySHA1)), "it signed by `ssh-rsa` instead of `rsa-sha2-512`"),
            (.sends(Self.frame(trailing)), "the data ends or goes wrong where the signature's end is expected"),
        ]
        try await Lab.run { lab in
            for (behaviour, reason) in behaviours {
                let path = try await ScriptedAgent.start(in: lab, behaviour).socketPath
                let client = AgentClient(socketPath: path, deadline: Self.deadline)
                await #expect(
                    throws: AgentError.malformedAnswer(socketPath: path, request: .signing, reason: reason)
                ) { try await client.sign(blob: blob, data: [], flags: 4) }
            }
            let path = try await ScriptedAgent.start(in: lab, .sends(Self.frame(many))).socketPath
            await #expect(throws: AgentError.self) {
                try await AgentClient(socketPath: path, deadline: Self.deadline).identities()
            }
        }
    }

    private static func frame(_ message: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.appendSSH(string: message)
        return frame
    }
}
