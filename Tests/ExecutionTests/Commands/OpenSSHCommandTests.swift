import DeployModel
import SSHTransport
import TestSupport
import Testing

@testable import Execution

struct OpenSSHCommandTests {
    private func line(
        knownHosts: [String] = ["/p/known_hosts"], route: SSHRoute = .direct,
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
        let command = OpenSSHCommand(host, settings, home: "/home/ada") { name in
            guard name == "gate" else { return nil }
            var gate = Host.named("gate")
            gate.address = "10.0.0.1"
            gate.ssh.configFile = .ignored
            return gate
        }
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
        // The jump host itself, which inherits the way of all hosts.
        #expect(line { $0.ssh.route = .jump("gate") }.contains(" -o ProxyCommand=none "))
    }

    @Test func `a jump host is reached with its own settings, and so is the one before it`() {
        var outer = Self.settings("outer")
        outer.hostKeyAlias = "o"
        outer.identitiesOnly = true
        var gate = Self.settings("gate")
        gate.identityFiles = [IdentityFile(path: "/k")]
        gate.knownHostsFiles = ["/100%"]
        gate.route = .jump(outer)
        let known = "-o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes -o ConnectTimeout=10"
        let toOuter =
            "ssh -l keeper -p 2222 -o IdentitiesOnly=yes -o ProxyCommand=none -o HostKeyAlias=o "
            + "-o UserKnownHostsFile=none \(known) -W '[%h]:%p' outer"
        let toGate =
            "ssh -F none -l keeper -p 2222 -i /k -o IdentitiesOnly=no -o "
            + ShellQuoting.quote("ProxyCommand=\(toOuter)").replacing("%", with: "%%")
            + " -o 'UserKnownHostsFile=/100%%%%' \(known) -W '[%h]:%p' 10.0.0.1"
        let way = ShellQuoting.quote("ProxyCommand=\(toGate)")
        #expect(line(route: .jump(gate)).hasPrefix("ssh -o \(way) -o User"))
    }
}
