import DeployModel
import SSHTransport
import TestSupport
import Testing

@testable import Execution

struct ConnectionSettingsResolverTests {
    /// Resolves `web-1` with an `ssh_config` of this text.
    private func resolve(
        config: String? = nil, environment: [String: String] = [:], existing: Set<String> = [],
        others: [DeployModel.Host] = [], _ change: (inout DeployModel.Host) -> Void = { _ in }
    ) async throws -> ResolvedConnection {
        let scratch = try Scratch()
        var host = Host.named("web-1")
        host.ssh.configFile = .ignored
        if let config { host.ssh.configFile = .file(try scratch.write(config + "\n", to: "config")) }
        change(&host)
        let variables = ["HOME": "/home/ada"].merging(environment) { $1 }
        let surroundings = ConnectionSurroundings(
            environment: variables,
            account: ClientConfigEnvironment(
                userName: "ada", userID: 1000, homeDirectory: "/home/ada", hostName: "laptop", variables: variables)
        ) { existing.contains($0) }
        let inventory = Inventory(service: "shop", hosts: [host] + others, path: "/project/hosts.yml")
        var connection = try await ConnectionSettingsResolver(inventory: inventory, surroundings: surroundings)
            .resolve(host)
        connection.provenance = connection.provenance.map { setting in
            var setting = setting
            setting.origin = setting.origin.replacing(scratch.path + "/", with: "")
            return setting
        }
        return connection
    }

    private func lines(_ connection: ResolvedConnection) -> [String] {
        connection.provenance.map { "\($0.name) = \($0.value) (\($0.origin))" }
    }

    @Test func `what nobody says has a default with a name`() async throws {
        let connection = try await resolve(
            environment: ["SSH_AUTH_SOCK": "/tmp/agent"], existing: ["/home/ada/.ssh/id_ed25519.pub"])
        let settings = connection.settings
        #expect(settings.label == "web-1")
        #expect(settings.identityFiles.map(\.path) == ["/home/ada/.ssh/id_ed25519"])
        #expect(
            lines(connection) == [
                "address = web-1.example.com (the inventory)",
                "port = 22 (default)",
                "user = ada (the local user)",
                "identity_file = /home/ada/.ssh/id_ed25519 (the usual keys)",
                "identities_only = false (default)",
                "agent = /tmp/agent (the environment variable `SSH_AUTH_SOCK`)",
                "known_hosts = /project/known_hosts (beside the inventory)",
                "known_hosts = /home/ada/.ssh/known_hosts (default)",
                "known_hosts = /home/ada/.ssh/known_hosts2 (default)",
                "known_hosts = /etc/ssh/ssh_known_hosts (default)",
                "known_hosts = /etc/ssh/ssh_known_hosts2 (default)",
                "host_key_checking = strict (default)",
                "connect_timeout = 10 s (default)",
                "keepalive = 3 × 15 s (default)",
            ])
        #expect(settings.knownHostsFiles.first == "/project/known_hosts")
        #expect(settings.unknownHosts == .refuse)
    }

    @Test func `what ssh_config says is used, each value with its line`() async throws {
        let connection = try await resolve(
            config: """
                Host web-1.example.com
                  HostName 10.0.0.9
                  Port 2222
                  User deploy
                  IdentityFile ~/.ssh/one
                  IdentityFile %d/two-%h
                  IdentitiesOnly yes
                  IdentityAgent ~/agent
                  HostKeyAlias Web
                  UserKnownHostsFile ~/kh
                  GlobalKnownHostsFile none
                  StrictHostKeyChecking accept-new
                  ConnectTimeout 5
                  ServerAliveInterval 20
                  ServerAliveCountMax 2
                  AddressFamily inet
                  BindAddress 127.0.0.1
                  Ciphers ^aes256-ctr
                  Compression yes
                  CertificateFile ~/cert.pub
                """)
        let settings = connection.settings
        #expect(
            lines(connection) == [
                "address = 10.0.0.9 (config:2)",
                "port = 2222 (config:3)",
                "user = deploy (config:4)",
                "identity_file = /home/ada/.ssh/one (config:5)",
                "identity_file = /home/ada/two-10.0.0.9 (config:6)",
                "identities_only = true (config:7)",
                "agent = /home/ada/agent (config:8)",
                "certificate_file = /home/ada/cert.pub (config:20)",
                "known_hosts = /project/known_hosts (beside the inventory)",
                "known_hosts = /home/ada/kh (config:10)",
                "host_key_alias = web (config:9)",
                "host_key_checking = accept-new (config:12)",
                "connect_timeout = 5 s (config:13)",
                "keepalive = 2 × 20 s (config:14)",
                "address_family = ipv4 (config:16)",
                "bind_address = 127.0.0.1 (config:17)",
                "compression = true (config:19)",
                "ciphers = ^aes256-ctr (config:18)",
            ])
        #expect(settings.address == "10.0.0.9")
        #expect(settings.knownHostsName == KnownHostsName(host: "web", port: 22))
        #expect(settings.identitiesOnly && settings.isCompressed)
        #expect(settings.unknownHosts == .record(isHashed: false))
        #expect(settings.certificateFiles == ["/home/ada/cert.pub"])
        #expect(settings.algorithms.ciphers?.description == "^aes256-ctr")
    }

    @Test func `what the inventory says wins over ssh_config`() async throws {
        let connection = try await resolve(
            config: """
                User other
                Port 1
                IdentityFile ~/.ssh/other
                IdentitiesOnly no
                UserKnownHostsFile ~/other
                GlobalKnownHostsFile none
                StrictHostKeyChecking no
                ConnectTimeout 99
                ServerAliveInterval 99
                ProxyJump other
                """
        ) { host in
            host.ssh.user = "deploy"
            host.ssh.port = 2222
            host.ssh.identityFiles = ["~/keys/shop.pem", "/etc/key"]
            host.ssh.isIdentitiesOnly = true
            host.ssh.knownHostsFiles = ["/project/kh"]
            host.ssh.hostKeyChecking = .acceptNew
            host.ssh.connectTimeout = .seconds(3)
            host.ssh.keepalive = .init(interval: .seconds(5), count: 2)
            host.ssh.route = .direct
        }
        let settings = connection.settings
        #expect(settings.user == "deploy" && settings.port == 2222)
        #expect(settings.identityFiles.map(\.path) == ["/home/ada/keys/shop.pem", "/etc/key"])
        #expect(settings.identitiesOnly)
        #expect(settings.knownHostsFiles == ["/project/kh"])
        #expect(settings.unknownHosts == .record(isHashed: false))
        #expect(settings.connectTimeout == .seconds(3))
        #expect(settings.keepaliveInterval == .seconds(5) && settings.keepaliveCount == 2)
        guard case .direct = settings.route else {
            Issue.record("\(settings.route)")
            return
        }
        // The file's own way to check host keys does not count, so it is not complained about either.
        #expect(connection.warnings.isEmpty)
        #expect(connection.provenance.filter { $0.origin == "the inventory" }.count == 10)
    }

    @Test func `texts of the environment come first, and empty ones count as none`() async throws {
        let some = try await resolve(environment: ["DEPLOY_SSH_KEY": "KEY", "DEPLOY_KNOWN_HOSTS": "a b c"])
        #expect(some.settings.identityText == IdentityText("KEY", source: "DEPLOY_SSH_KEY"))
        #expect(some.settings.knownHostsText == KnownHostsText("a b c", source: "DEPLOY_KNOWN_HOSTS"))
        #expect(!lines(some).joined().contains("= KEY"))
        let none = try await resolve(environment: ["DEPLOY_SSH_KEY": "", "DEPLOY_KNOWN_HOSTS": " \n"])
        #expect(none.settings.identityText == nil && none.settings.knownHostsText == nil)
    }

    @Test(arguments: [
        ("none", nil), ("SSH_AUTH_SOCK", "/tmp/agent"), ("$OTHER", "/tmp/other"), ("~/a", "/home/ada/a"),
    ])
    func `the agent is the one that ssh would ask`(value: String, socket: String?) async throws {
        let connection = try await resolve(
            config: "IdentityAgent \(value)", environment: ["SSH_AUTH_SOCK": "/tmp/agent", "OTHER": "/tmp/other"])
        #expect(connection.settings.agentSocketPath == socket)
        #expect(try await resolve(environment: ["SSH_AUTH_SOCK": ""]).settings.agentSocketPath == nil)
    }

    @Test func `without public keys neither files nor the agent are offered, unless the inventory names a key`()
        async throws
    {
        let environment = ["SSH_AUTH_SOCK": "/tmp/agent"]
        let config = "PubkeyAuthentication no\nIdentityFile ~/.ssh/one"
        let without = try await resolve(config: config, environment: environment)
        #expect(without.settings.identityFiles.isEmpty && without.settings.agentSocketPath == nil)
        let with = try await resolve(config: config, environment: environment) { $0.ssh.identityFiles = ["/key"] }
        #expect(with.settings.identityFiles.map(\.path) == ["/key"] && with.settings.agentSocketPath != nil)
    }

    @Test(arguments: [
        ("RevokedHostKeys /etc/revoked", "revokedhostkeys"), ("BindInterface eth0", "bindinterface"),
        ("ProxyUseFdpass yes\nProxyCommand x", "proxyusefdpass"), ("Prot 1", "prot"),
        ("IdentityFile ~/%q", "identityfile"), ("Match exec\n", "exec"),
    ])
    func `what must not go undone refuses the host, with its line`(config: String, part: String) async throws {
        let error = await #expect(throws: ClientConfigError.self) { try await resolve(config: config) }
        #expect("\(try #require(error))".lowercased().contains(part))
        #expect("\(try #require(error))".contains("config:1"))
    }

    @Test func `what changes the user's expectations is warned of`() async throws {
        let connection = try await resolve(
            config: "ForwardAgent yes\nStrictHostKeyChecking no\nVerifyHostKeyDNS yes\nControlMaster auto")
        #expect(connection.warnings.map(\.keyword) == [.forwardAgent, .strictHostKeyChecking, .verifyHostKeyDNS])
        #expect(connection.settings.unknownHosts == .refuse)
    }

    // MARK: The way

    /// `address:port` of the hosts on the way, the first one first.
    private func hops(_ settings: SSHConnectionSettings) -> [String] {
        guard case .jump(let hop) = settings.route else { return [] }
        return hops(hop) + ["\(hop.user)@\(hop.address):\(hop.port)"]
    }

    @Test func `jump hosts have the settings that ssh would give them`() async throws {
        let config = """
            Host gate
              HostName 10.0.0.1
              User keeper
              IdentityFile ~/.ssh/gate
              ProxyJump outer
            Host outer
              Port 2200
            """
        let connection = try await resolve(config: config) { host in
            host.ssh.user = "deploy"
            host.ssh.identityFiles = ["/key"]
            host.ssh.route = .jump("gate,root@inner:99")
        }
        #expect(hops(connection.settings) == ["ada@outer:2200", "keeper@10.0.0.1:22", "root@inner:99"])
        #expect(connection.provenance.contains { $0.name == "proxy_jump" && $0.origin == "the inventory" })
        // Its own keys first, then those that the inventory has for all hosts.
        guard case .jump(let inner) = connection.settings.route, case .jump(let gate) = inner.route else { return }
        #expect(gate.identityFiles.map(\.path) == ["/home/ada/.ssh/gate", "/key"])
        #expect(gate.knownHostsFiles.first == "/project/known_hosts")
        #expect(gate.label == "gate")
    }

    @Test func `a jump host of the inventory is reached as the inventory says`() async throws {
        var gate = Host.named("gate")
        gate.address = "10.0.0.1"
        gate.ssh.user = "keeper"
        gate.ssh.configFile = .ignored
        // As it inherits it from the `ssh` of all hosts.
        gate.ssh.route = .jump("gate")
        let connection = try await resolve(others: [gate]) { $0.ssh.route = .jump("gate") }
        #expect(hops(connection.settings) == ["keeper@10.0.0.1:22"])
    }

    @Test func `a proxy command has its tokens filled in`() async throws {
        let connection = try await resolve(config: "ProxyCommand nc -x p %h %p # %r%%") { $0.ssh.user = "u" }
        guard case .command(let line) = connection.settings.route else {
            Issue.record("no command")
            return
        }
        #expect(line == "nc -x p web-1.example.com 22 # u%")
        let stated = try await resolve(config: "ProxyJump gate") { $0.ssh.route = .command("mine %n") }
        guard case .command("mine web-1.example.com") = stated.settings.route else {
            Issue.record("\(stated.settings.route)")
            return
        }
    }

    @Test func `jump hosts that lead to each other are refused`() async throws {
        let error = await #expect(throws: ClientConfigError.self) {
            try await resolve(config: "Host a\n ProxyJump b\nHost b\n ProxyJump a\nHost *\n ProxyJump a")
        }
        #expect("\(try #require(error))".contains("jump hosts"))
    }

    // MARK: Many hosts

    @Test func `a table refuses only the hosts that are needed, and folds what they have in common`() async throws {
        let scratch = try Scratch()
        let config = try scratch.write(
            "ForwardAgent yes\nHost bad*\n BindInterface eth0\n", to: "config")
        let hosts = ["web-1", "web-2", "bad-1", "bad-2"].compactMap(HostName.init).map { name in
            var host = Host.named(name)
            host.address = name.text
            host.ssh.configFile = .file(config)
            return host
        }
        let resolver = ConnectionSettingsResolver(
            inventory: nil, surroundings: .current(environment: ["HOME": "/home/ada"]))
        let table = await resolver.table(of: hosts)
        #expect(throws: Never.self) { try table.check(Array(hosts.prefix(2))) }
        let error = #expect(throws: ClientConfigError.self) { try table.check(hosts) }
        #expect(error?.issues.count == 1)
        #expect(table.warnings(of: hosts).map(\.hosts) == [["web-1", "web-2"]])
        #expect(table.settings(of: "bad-1") == nil)
    }
}
