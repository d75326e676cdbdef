import DeployModel
import SSHTransport
import TestSupport
import Testing

@testable import Execution

struct ConnectionSettingsResolverTests {
    private func resolve(
        _ change: (inout SSHSettings) -> Void = { _ in }, environment: [String: String] = [:],
        existing: Set<String> = []
    ) -> (settings: SSHConnectionSettings, provenance: [String: ResolvedSetting]) {
        var host = Host.named("web-1")
        change(&host.ssh)
        let variables = ["HOME": "/home/ada", "USER": "ada"].merging(environment) { $1 }
        let resolver = ConnectionSettingsResolver(environment: variables) { existing.contains($0) }
        let (settings, provenance) = resolver.resolve(host)
        return (settings, Dictionary(uniqueKeysWithValues: provenance.map { ($0.name, $0) }))
    }

    @Test func `what the inventory does not say has a default with a name`() {
        let (settings, provenance) = resolve(
            environment: ["SSH_AUTH_SOCK": "/tmp/agent"],
            existing: ["/home/ada/.ssh/id_rsa", "/home/ada/.ssh/id_ed25519"])
        #expect(settings.label == "web-1")
        #expect(settings.address == "web-1.example.com")
        #expect(settings.port == 22)
        #expect(settings.user == "ada")
        #expect(settings.identityFiles.map(\.path) == ["/home/ada/.ssh/id_ed25519", "/home/ada/.ssh/id_rsa"])
        #expect(settings.agentSocketPath == "/tmp/agent")
        #expect(settings.knownHostsFiles == ["/home/ada/.ssh/known_hosts"])
        #expect(settings.connectTimeout == .seconds(10))
        #expect(settings.keepaliveInterval == .seconds(15))
        #expect(settings.keepaliveCount == 3)
        #expect(provenance["user"]?.origin == "the local user")
        #expect(provenance["agent"]?.value == "/tmp/agent")
        #expect(provenance["identity_file"]?.origin == "the keys in `~/.ssh`")
    }

    @Test func `what it says is used, and its keys even where they are missing`() {
        let (settings, provenance) = resolve { ssh in
            ssh.user = "deploy"
            ssh.port = 2222
            ssh.identityFiles = ["~/keys/shop.pem", "/etc/key"]
            ssh.isIdentitiesOnly = true
            ssh.knownHostsFiles = ["/project/known_hosts", "~/.ssh/known_hosts"]
            ssh.connectTimeout = .seconds(3)
            ssh.keepalive = .init(interval: .seconds(5), count: 2)
        }
        #expect(settings.user == "deploy")
        #expect(settings.port == 2222)
        #expect(settings.identityFiles.map(\.path) == ["/home/ada/keys/shop.pem", "/etc/key"])
        #expect(settings.identitiesOnly)
        #expect(settings.agentSocketPath == nil)
        #expect(settings.knownHostsFiles == ["/project/known_hosts", "/home/ada/.ssh/known_hosts"])
        #expect(settings.connectTimeout == .seconds(3))
        #expect(settings.keepaliveCount == 2)
        #expect(provenance["port"] == ResolvedSetting(name: "port", value: "2222", origin: "the inventory"))
        #expect(provenance["agent"]?.value == "none")
    }

    @Test func `an empty agent variable is no agent`() {
        #expect(resolve(environment: ["SSH_AUTH_SOCK": ""]).settings.agentSocketPath == nil)
    }
}
