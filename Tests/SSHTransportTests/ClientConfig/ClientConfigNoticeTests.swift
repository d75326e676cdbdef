import Testing

@testable import SSHTransport

/// What is said of settings that are not heeded.
struct ClientConfigNoticeTests {
    @Test(arguments: [
        ("KnownHostsCommand /bin/x", ClientConfigNotice.Weight.warning),
        ("StrictHostKeyChecking no", .warning),
        ("VerifyHostKeyDNS yes", .warning), ("VerifyHostKeyDNS ask", .warning),
        ("CheckHostIP yes", .warning),
        ("NoHostAuthenticationForLocalhost yes", .warning),
        ("ForwardAgent yes", .warning), ("ForwardAgent ~/agent", .warning),
        ("PubkeyAcceptedAlgorithms ssh-ed25519", .warning),
        ("RevokedHostKeys ~/revoked", .refusal),
        ("ProxyCommand x\nProxyUseFdpass yes", .refusal),
        ("BindInterface eth0", .refusal),
        ("RefuseConnection \"not from here\"", .refusal),
        ("SetEnv A=b", .note), ("RemoteCommand ls", .note), ("LocalForward 80 a:80", .note),
        ("PKCS11Provider /lib/x.so", .note), ("ServerAliveInterval 0", .note),
    ])
    func `a setting that is not heeded is named with its line`(
        text: String, weight: ClientConfigNotice.Weight
    ) async throws {
        let notices = try await notices(text)
        #expect(notices.map(\.weight) == [weight])
        #expect(notices.first?.location?.file == "config")
        #expect(notices.first?.message.isEmpty == false)
    }

    @Test(arguments: [
        "KnownHostsCommand none", "RevokedHostKeys none", "VerifyHostKeyDNS no", "CheckHostIP no", "ForwardAgent no",
        "StrictHostKeyChecking yes", "StrictHostKeyChecking accept-new", "PubkeyAcceptedAlgorithms +ssh-rsa",
        "ProxyUseFdpass yes", "PermitLocalCommand yes", "LocalCommand x",
        // What Debian's own file says to everyone.
        "SendEnv LANG LC_*\nHashKnownHosts yes\nGSSAPIAuthentication yes",
        "ControlMaster auto\nControlPath ~/.ssh/%C\nControlPersist 10m",
        "ForwardX11 yes\nEscapeChar none\nLogLevel ERROR",
        "Host other\nRevokedHostKeys /x\nForwardAgent yes",
    ])
    func `nothing is said of what is heeded, holds anyway, or matters to a person at a terminal`(
        text: String
    ) async throws {
        #expect(try await notices(text).isEmpty)
    }

    @Test func `the heaviest comes first`() async throws {
        let notices = try await notices("SetEnv A=b\nForwardAgent yes\nRevokedHostKeys /x")
        #expect(notices.map(\.weight) == [.refusal, .warning, .note])
        #expect(
            notices.first?.description
                == "config:3: `revokedhostkeys`: lists of revoked keys are not supported; mark the keys `@revoked` in a file of known hosts"
        )
    }

    private func notices(_ text: String) async throws -> [ClientConfigNotice] {
        try await ClientConfigResolver(ClientConfig(text: text, path: "config"), environment: .sample())
            .resolve(ClientConfigQuery(host: "web")).notices
    }
}
