import Testing

@testable import SSHTransport

/// What cannot be asked of OpenSSH by a file alone: origins, the two files of a user, names in DNS, notices.
struct ClientConfigResolverTests {
    @Test func `each value names the line that says it`() async throws {
        let resolved = try await resolve(
            """
            Host web
              HostName 10.0.0.1
              IdentityFile a

            Host *
              Port 2222
              IdentityFile b
              HostName ignored
            """)
        #expect(resolved.hostName.location == ClientConfigLocation(file: "config", line: 2))
        #expect(resolved.port.location == ClientConfigLocation(file: "config", line: 6))
        #expect(resolved.identityFiles.map(\.location?.line) == [3, 7])
        #expect(resolved.user.origin == .byDefault)
        #expect(resolved.port.location.map { "\($0)" } == "config:6")
    }

    @Test func `what the caller says counts before the files, and is seen by them`() async throws {
        let resolved = try await resolve(
            "Match user deploy\nIdentityAgent /%r-%p\nUser other\nPort 1", user: "deploy", port: 2200)
        #expect(resolved.user == ClientConfigSetting("deploy", .query))
        #expect(resolved.port == ClientConfigSetting(2200, .query))
        #expect(resolved.identityAgent?.value == "/deploy-2200")
    }

    @Test func `all wrong lines are told at once, those of included files too`() async throws {
        let files = MemoryFiles([
            "/home/me/.ssh/config": "Port x\nInclude more\nHost other\nNonsense 1\nUser a b",
            "/home/me/.ssh/more": "IdentitiesOnly perhaps\n",
        ])
        var loader = ClientConfigLoader(files: files, homeDirectory: "/home/me")
        let resolver = ClientConfigResolver(try loader.loadDefaults(), environment: .sample())
        let error = await #expect(throws: ClientConfigError.self) {
            try await resolver.resolve(ClientConfigQuery(host: "web"))
        }
        let places = error?.issues.compactMap { $0.location.map { "\($0)" } }
        #expect(
            places == [
                "/home/me/.ssh/config:1", "/home/me/.ssh/config:5", "/home/me/.ssh/more:1", "/home/me/.ssh/config:4",
            ])
    }

    @Test func `the user's file comes before the system's, and relative includes lie beside each`() async throws {
        let files = MemoryFiles([
            "/home/me/.ssh/config": "Include conf.d/*\nUser mine",
            "/home/me/.ssh/conf.d/a": "Port 1\nIdentityFile same",
            "/etc/ssh/ssh_config": "Include extra\nUser system\nPort 2\nIdentityFile same",
            "/etc/ssh/extra": "Compression yes",
            "/home/me/.ssh/extra": "Compression no",
        ])
        var loader = ClientConfigLoader(files: files, homeDirectory: "/home/me")
        let resolved = try await ClientConfigResolver(try loader.loadDefaults(), environment: .sample())
            .resolve(ClientConfigQuery(host: "web"))
        #expect(resolved.user.value == "mine")
        #expect(resolved.port.location == ClientConfigLocation(file: "/home/me/.ssh/conf.d/a", line: 1))
        #expect(resolved.isCompressed.location == ClientConfigLocation(file: "/etc/ssh/extra", line: 1))
        // The same path counts once for each of the two files, as in OpenSSH.
        #expect(resolved.identityFiles.map(\.value) == ["same", "same"])
    }

    @Test func `the system's file cannot include from a home`() throws {
        var loader = ClientConfigLoader(
            files: MemoryFiles(["/etc/ssh/ssh_config": "Include ~/x"]), homeDirectory: "/home/me")
        #expect(throws: ClientConfigError.self) { try loader.loadDefaults() }
    }

    @Test(arguments: [
        "Include config", "Include conf.d/* conf.d/*", "Host other\nInclude config",
    ])
    func `files that include themselves are refused before long`(text: String) throws {
        let files = MemoryFiles(["/home/me/.ssh/config": text, "/home/me/.ssh/conf.d/a": text])
        var loader = ClientConfigLoader(files: files, homeDirectory: "/home/me")
        #expect(throws: ClientConfigError.self) { try loader.loadDefaults() }
    }

    @Test(arguments: [
        // The first domain that has the name.
        ("web", "CanonicalizeHostname yes\nCanonicalDomains a.org b.org", "web.b.org"),
        ("web", "CanonicalizeHostname yes\nCanonicalDomains a.org", "web"),
        ("web.x.y", "CanonicalizeHostname yes\nCanonicalDomains b.org", "web.x.y"),
        ("web.x", "CanonicalizeHostname yes\nCanonicalDomains b.org", "web.x.b.org"),
        ("web.x", "CanonicalizeHostname yes\nCanonicalDomains b.org\nCanonicalizeMaxDots 0", "web.x"),
        ("web.b.org.", "CanonicalizeHostname yes", "web.b.org"),
        ("web", "CanonicalizeHostname no\nCanonicalDomains b.org", "web"),
        // Not through a proxy, unless asked for.
        ("web", "CanonicalizeHostname yes\nCanonicalDomains b.org\nProxyJump j", "web"),
        ("web", "CanonicalizeHostname always\nCanonicalDomains b.org\nProxyJump j", "web.b.org"),
        // Aliases in DNS only where they are permitted.
        ("alias", "CanonicalizeHostname yes\nCanonicalDomains b.org", "alias.b.org"),
        (
            "alias",
            "CanonicalizeHostname yes\nCanonicalDomains b.org\nCanonicalizePermittedCNAMEs *.b.org:*.target.org",
            "real.target.org"
        ),
        (
            "alias",
            "CanonicalizeHostname yes\nCanonicalDomains b.org\nCanonicalizePermittedCNAMEs *.b.org:*.other.org",
            "alias.b.org"
        ),
    ])
    func `a name is looked up as CanonicalizeHostname says`(host: String, text: String, expected: String) async throws {
        let environment = ClientConfigEnvironment.sample(canonicalName: { name in
            ["web.b.org.": "web.b.org", "web.x.b.org.": "web.x.b.org", "alias.b.org.": "real.target.org"][name]
        })
        let resolved = try await resolve(text, host: host, environment: environment)
        #expect(resolved.hostName.value == expected)
    }

    @Test func `the second pass sees the name that was looked up`() async throws {
        let environment = ClientConfigEnvironment.sample(canonicalName: { $0 == "web.b.org." ? "web.b.org" : nil })
        let resolved = try await resolve(
            "CanonicalizeHostname yes\nCanonicalDomains b.org\nHost *.b.org\nUser found\nMatch canonical host web\nPort 1",
            environment: environment)
        #expect(resolved.user.value == "found")
        #expect(resolved.port.value == 22)
    }

    @Test(arguments: [
        ("", "/run/agent"), ("IdentityAgent SSH_AUTH_SOCK", "/run/agent"), ("IdentityAgent none", nil),
        ("IdentityAgent $OTHER", "/run/other"), ("IdentityAgent ~/a", "/home/me/a"), ("IdentityAgent $NOPE", nil),
    ])
    func `the agent is the one that the files name`(text: String, socket: String?) async throws {
        let resolved = try await resolve(text)
        #expect(resolved.agentSocketPath == socket)
    }

    @Test(arguments: [
        ("", ResolvedClientConfig.Way.direct),
        ("ProxyCommand nc -X %% %h %p %r %n", .command("nc -X % 10.0.0.1 22 me web")),
        (
            "ProxyJump %r@%n-gw:22,ssh://j",
            .jump([.init(user: "me", host: "web-gw", port: 22), .init(host: "j")])
        ),
        ("ProxyJump none", .direct), ("ProxyCommand none", .direct),
    ])
    func `the way to the host has its tokens filled in`(text: String, way: ResolvedClientConfig.Way) async throws {
        let resolved = try await resolve(text + "\nHostName 10.0.0.1")
        #expect(try resolved.way() == way)
    }

    @Test func `keys are expanded where they are used`() async throws {
        let resolved = try await resolve("IdentityFile ~/%h\nIdentityFile none\nCertificateFile ${OTHER}/c")
        #expect(try resolved.identityPaths().map(\.value) == ["/home/me/web"])
        #expect(try resolved.certificatePaths().map(\.value) == ["/run/other/c"])
        let wrong = try await resolve("IdentityFile ${NOPE}")
        #expect(throws: ClientConfigError.self) { try wrong.identityPaths() }
    }

    @Test(arguments: ["we b", "-web", "", "a;b", "$(a)", "a\nb", "a`b", "a|b"])
    func `a name that a shell would see more in is refused`(host: String) async {
        await #expect(throws: ClientConfigError.self) { try await resolve("", host: host) }
    }

    @Test func `a command of Match exec that gives no answer is an error of its line`() async {
        let environment = ClientConfigEnvironment.sample(matches: { (_) async throws -> Bool in
            throw MatchCommands.Failure(description: "why")
        })
        let error = await #expect(throws: ClientConfigError.self) {
            try await resolve("\nMatch exec \"x\"", environment: environment)
        }
        #expect(error?.description == "config:2: `Match exec x`: why")
    }

    private func resolve(
        _ text: String, host: String = "web", user: String? = nil, port: Int? = nil,
        environment: ClientConfigEnvironment = .sample()
    ) async throws -> ResolvedClientConfig {
        try await ClientConfigResolver(ClientConfig(text: text, path: "config"), environment: environment)
            .resolve(ClientConfigQuery(host: host, user: user, port: port))
    }
}

extension ClientConfigEnvironment {
    static func sample(
        matches: @escaping @Sendable (String) async throws -> Bool = { _ in false },
        canonicalName: @escaping @Sendable (String) async -> String? = { _ in nil }
    ) -> ClientConfigEnvironment {
        ClientConfigEnvironment(
            userName: "me", userID: 1000, homeDirectory: "/home/me", hostName: "laptop.local",
            variables: ["SSH_AUTH_SOCK": "/run/agent", "OTHER": "/run/other"], matches: matches,
            canonicalName: canonicalName)
    }
}

/// Files in memory; a pattern fits by `*` alone.
struct MemoryFiles: ClientConfigFiles {
    private let files: [String: String]

    init(_ files: [String: String]) {
        self.files = files
    }

    func contents(of path: String, mustBeSafe: Bool) throws(ClientConfigError) -> [UInt8]? {
        files[path].map { Array($0.utf8) }
    }

    func paths(matching pattern: String) -> [String] {
        files.keys.filter { WildcardPattern(pattern.utf8).matches(Array($0.utf8)) }.sorted()
    }

    func homeDirectory(of user: String) -> String? { nil }
}
