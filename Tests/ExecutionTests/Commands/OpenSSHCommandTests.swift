import DeployModel
import SSHTransport
import TestSupport
import Testing

@testable import Execution

struct OpenSSHCommandTests {
    private func line(
        knownHosts: [String] = ["/p/known_hosts"], route: SSHRoute = .direct,
        gate: SSHConnectionSettings? = nil,
        _ change: (inout DeployModel.Host) -> Void = { _ in }
    ) -> String {
        var host = Host.named("web-1")
        change(&host)
        var settings = Self.settings("10.0.0.9")
        settings.knownHostsFiles = knownHosts
        settings.route = route
        settings.identityFiles = [IdentityFile(path: "/keys/a b.pem"), IdentityFile(path: "/k")]
        settings.unknownHosts = host.ssh.hostKeyChecking == .acceptNew ? .record(isHashed: false) : .refuse
        settings.connectTimeout = host.ssh.connectTimeout ?? .seconds(10)
        let command = OpenSSHCommand(host, settings, home: "/home/ada") { $0 == "gate" ? gate : nil }
        return OpenSSHCommand.line(command.argv())
    }

    private static func settings(_ address: String) -> SSHConnectionSettings {
        SSHConnectionSettings(
            label: address, address: address, port: 2222, user: "keeper", knownHostsFiles: [],
            credentials: SSHCredentialCache())
    }

    @Test func `ssh is told where the known hosts are, and finds the rest in its own files`() {
        #expect(
            line(knownHosts: ["/p/known_hosts", "/home/a b/%h\"'"])
                == #"ssh -o 'UserKnownHostsFile=/p/known_hosts "/home/a b/%%h\"'\''"' -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes web-1.example.com"#
        )
        #expect(line(knownHosts: []).contains("-o UserKnownHostsFile=none "))
    }

    @Test func `what the inventory says is passed on`() {
        let text = line { host in
            host.ssh.configFile = .file("~/my config")
            host.ssh.user = "deploy"
            host.ssh.port = 2222
            host.ssh.identityFiles = ["~/a b.pem", "/k"]
            host.ssh.isIdentitiesOnly = true
            host.ssh.hostKeyChecking = .acceptNew
            host.ssh.connectTimeout = .milliseconds(1500)
        }
        #expect(
            text
                == "ssh -F '/home/ada/my config' -l deploy -p 2222 -i '/keys/a b.pem' -i /k -o IdentitiesOnly=yes -o UserKnownHostsFile=/p/known_hosts -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=accept-new -o ConnectTimeout=2 web-1.example.com"
        )
        #expect(line { $0.ssh.configFile = .ignored }.hasPrefix("ssh -F none -o User"))
    }

    @Test func `the way of the inventory is the way of ssh`() {
        #expect(line { $0.ssh.route = .direct }.contains(" -o ProxyCommand=none "))
        #expect(line { $0.ssh.route = .command("nc -x $P %h") }.contains(" -o 'ProxyCommand=nc -x $P %h' "))
        let gate = Self.settings("10.0.0.1")
        let through = line(route: .jump(gate), gate: gate) {
            $0.ssh.route = .jump("gate,root@inner:99,u@gate")
        }
        #expect(through.contains(" -J 'keeper@[10.0.0.1]:2222,root@inner:99,u@[10.0.0.1]:2222' "))
        // The jump host itself, which inherits the way of all hosts.
        #expect(line { $0.ssh.route = .jump("gate") }.contains(" -o ProxyCommand=none "))
    }
}
