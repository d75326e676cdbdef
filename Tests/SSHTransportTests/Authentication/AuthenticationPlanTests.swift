import Foundation
import SSHTransport
import TestSupport
import Testing

struct AuthenticationPlanTests {
    static let openSSH = "SSH-2.0-OpenSSH_9.2p1 Debian-2"
    static let old = LibSSH2Version(1, 10, 0)

    @Test func `configured keys come first in their order, then the agent's others, each once`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let first = try await keys.key(["-t", "ed25519"])
            let second = try await keys.key(["-t", "ecdsa"])
            let other = try await keys.publicKeyBlob(beside: keys.key(["-t", "ed25519"]))
            let held = [
                AgentIdentity(blob: other, comment: "other"),
                AgentIdentity(blob: try keys.publicKeyBlob(beside: first), comment: "first"),
            ]
            let identities = [second, first, second].map { IdentityFile(path: $0).load(passphrase: nil) }
            let plan = Self.plan(identities, agent: held)
            #expect(plan.offers.map(\.source) == [second, first, "other"])
            #expect(plan.offers.map(\.algorithm) == ["ecdsa-sha2-nistp256", "ssh-ed25519", "ssh-ed25519"])
            #expect(plan.offers.last?.blob == other)
            #expect(plan.leftOut.isEmpty)
            #expect(Self.plan(identities, agent: held, only: true).offers.map(\.source) == [second, first])
        }
    }

    @Test func `a public key's file picks that key in the agent, whatever hides the private one`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let named = try await keys.key(["-t", "ed25519"], named: "named")
            let elsewhere = try await keys.key(["-t", "ed25519"], named: "elsewhere")
            let encrypted = try await keys.key(["-t", "ed25519"], passphrase: "secret", named: "encrypted")
            let paths = [named, elsewhere, encrypted]
            let held = try paths.map { AgentIdentity(blob: try keys.publicKeyBlob(beside: $0), comment: $0) }
            try FileManager.default.removeItem(atPath: elsewhere)
            // OpenSSH's format shows its public key without the passphrase and without the `.pub` file.
            try FileManager.default.removeItem(atPath: encrypted + ".pub")
            let identities = [named + ".pub", elsewhere, encrypted].map { IdentityFile(path: $0).load(passphrase: nil) }

            let plan = Self.plan(identities, agent: held, only: true)
            #expect(plan.offers.map(\.blob) == held.map(\.blob))
            #expect(
                plan.offers.allSatisfy { offer in
                    if case .agent = offer.signer { true } else { false }
                })
            let without = Self.plan(identities, agent: [])
            #expect(without.offers.isEmpty)
            #expect(without.leftOut.map(\.source) == [named + ".pub", elsewhere, encrypted])
            #expect(without.leftOut.first?.reason == .notInAgent)
            guard case .unusable(let error) = without.leftOut.last?.reason else {
                Issue.record("\(without.leftOut)")
                return
            }
            #expect(error.code == .passphraseRequired)
        }
    }

    @Test func `an RSA key is retyped for libssh2 1_10 and its last resort comes after every other key`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let identities = [
                IdentityFile(path: try await keys.key(["-t", "rsa"])).load(passphrase: nil),
                IdentityFile(path: try await keys.key(["-t", "ed25519"])).load(passphrase: nil),
            ]
            let now = Self.plan(identities, agent: [])
            #expect(now.offers.map(\.algorithm) == ["rsa-sha2-512", "ssh-ed25519"])
            #expect(now.offers.map { Self.keyType($0.blob) } == ["rsa-sha2-512", "ssh-ed25519"])
            let earlier = Self.plan(identities, agent: [], banner: "SSH-2.0-OpenSSH_7.4")
            #expect(earlier.offers.map(\.algorithm) == ["rsa-sha2-512", "ssh-ed25519", "ssh-rsa"])
            #expect(earlier.offers.map { Self.keyType($0.blob) } == ["rsa-sha2-512", "ssh-ed25519", "ssh-rsa"])
            let dropbear = Self.plan(identities, agent: [], banner: "SSH-2.0-dropbear_2022.83")
            #expect(dropbear.offers.map(\.algorithm) == ["ssh-rsa", "ssh-ed25519"])
            let newer = Self.plan(identities, agent: [], libssh2: LibSSH2Version(1, 11, 1))
            #expect(newer.offers.map { Self.keyType($0.blob) } == ["ssh-rsa", "ssh-ed25519"])
            // Apart from its type the retyped blob is the key.
            #expect(now.offers[0].blob.suffix(200) == newer.offers[0].blob.suffix(200))
        }
    }

    @Test func `five offers at most: the server would hang up on more`() {
        let held = (0..<7).map { Self.agentIdentity("ssh-ed25519", number: $0) }
        let plan = Self.plan([], agent: held)
        #expect(plan.offers.count == 5)
        #expect(plan.leftOut.map(\.reason) == [.tooMany, .tooMany])
        let rsa = (0..<5).map { Self.agentIdentity("ssh-rsa", number: $0) }
        let tries = Self.plan([], agent: rsa, banner: "SSH-2.0-OpenSSH_8.0").offers.map(\.algorithm)
        #expect(tries == Array(repeating: "rsa-sha2-512", count: 5))
        let few = Self.plan([], agent: Array(rsa.prefix(3)), banner: "SSH-2.0-OpenSSH_8.0").offers.map(\.algorithm)
        #expect(few == ["rsa-sha2-512", "rsa-sha2-512", "rsa-sha2-512", "ssh-rsa", "ssh-rsa"])
    }

    @Test(arguments: [
        ("sk-ssh-ed25519@openssh.com", false, false),
        ("sk-ecdsa-sha2-nistp256@openssh.com", false, false),
        ("ssh-dss", false, false),
        ("ssh-ed25519-cert-v01@openssh.com", false, true),
        ("ssh-rsa-cert-v01@openssh.com", false, true),
        ("ecdsa-sha2-nistp384-cert-v01@openssh.com", true, true),
        ("", false, false),
    ])
    func `keys that libssh2 cannot log in with cost no try`(keyType: String, on110: Bool, on111: Bool) {
        let identity = Self.agentIdentity(keyType, number: 1)
        for (version, offered) in [(Self.old, on110), (LibSSH2Version(1, 11, 0), on111)] {
            let plan = Self.plan([], agent: [identity], libssh2: version)
            #expect(plan.offers.count == (offered ? 1 : 0))
            #expect(plan.leftOut.map(\.reason) == (offered ? [] : [.unsupported(keyType: keyType)]))
        }
    }

    @Test func `an offer signs by the algorithm of the request, from a file and from an agent`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let path = try await keys.key(["-t", "rsa"])
            let running = try await SSHAgent.start(in: lab, keys: [path])
            let agent = AgentClient(socketPath: running.socket, deadline: .seconds(10))
            let fromFile = Self.plan([IdentityFile(path: path).load(passphrase: nil)], agent: [])
            let fromAgent = Self.plan([], agent: try await agent.identities())
            for algorithm in ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] {
                var request: [UInt8] = []
                request.appendSSH(string: [1, 2, 3])
                request.append(50)
                request.appendSSH(string: "deploy")
                request.appendSSH(string: "ssh-connection")
                request.appendSSH(string: "publickey")
                request.append(1)
                request.appendSSH(string: algorithm)
                request.appendSSH(string: try keys.publicKeyBlob(beside: path))
                let expected = try PrivateKey(contentsOf: path, passphrase: nil)
                    .signature(over: request, algorithm: algorithm)
                let offers = try [#require(fromFile.offers.first), #require(fromAgent.offers.first)]
                for offer in offers {
                    #expect(try await offer.signature(overRequest: request, agent: agent) == expected)
                }
                await #expect(throws: AuthenticationPlan.Offer.SigningError.noAgent) {
                    try await offers[1].signature(overRequest: request, agent: nil)
                }
                // Anything but a login request must not be signed: it could be a message to someone else.
                await #expect(throws: AuthenticationPlan.Offer.SigningError.self) {
                    try await offers[0].signature(overRequest: request + [0], agent: nil)
                }
            }
        }
    }

    // MARK: Private

    private static func plan(
        _ identities: [Identity], agent: [AgentIdentity], only: Bool = false, banner: String = openSSH,
        libssh2: LibSSH2Version = old
    ) -> AuthenticationPlan {
        AuthenticationPlan(
            identities: identities, agentIdentities: agent, identitiesOnly: only, serverBanner: banner,
            libssh2: libssh2)
    }

    private static func agentIdentity(_ keyType: String, number: Int) -> AgentIdentity {
        var blob: [UInt8] = []
        blob.appendSSH(string: keyType)
        blob.appendSSH(string: [UInt8(number)])
        return AgentIdentity(blob: blob, comment: "key \(number)")
    }

    private static func keyType(_ blob: [UInt8]) -> String {
        AgentIdentity(blob: blob, comment: "").keyType
    }
}
