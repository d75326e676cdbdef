import Foundation
import TestSupport
import Testing

/// The way that AWS documents for machines without an open port: `ssh` over Session Manager, an `aws` in a ProxyCommand.
@Suite(.timeLimit(.minutes(20))) struct SessionManagerTests {
    private static let instance = "i-0123456789abcdef0"

    /// The line of AWS's own manual for `~/.ssh/config`.
    private static let config = """
        Host i-* mi-*
          ProxyCommand sh -c "aws ssm start-session --target %h --document-name AWS-StartSSHSession --parameters 'portNumber=%p'"

        """

    /// An `aws` that knows one instance: it relays to its sshd, talks on stderr, and lingers when the session is over.
    private static func installClient(in lab: Lab, for server: SSHServer) throws -> [String: String] {
        try lab.write(
            """
            #!/bin/sh
            printf '%s\\n' "$*" >>\(lab.path("calls"))
            echo "$AWS_PROFILE" >>\(lab.path("profiles"))
            echo $$ >>\(lab.path("pids"))
            case "$*" in
            "ssm start-session --target \(instance) --document-name AWS-StartSSHSession --parameters portNumber=\(server.port)") ;;
            *)  echo >&2
                echo "An error occurred (TargetNotConnected) when calling the StartSession operation: $4 is not connected." >&2
                exit 254 ;;
            esac
            echo "Starting session with SessionId: ci-0a1b2c3d4e5f" >&2
            nc \(server.address) \(server.port)
            echo "Exiting session with sessionId: ci-0a1b2c3d4e5f." >&2
            exec sleep 30

            """, to: "bin/aws", mode: 0o755)
        return ["PATH": "\(lab.path("bin")):\(Lab.searchPath)", "AWS_PROFILE": "staging"]
    }

    @Test func `an instance without an open port is deployed to`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await RoutesTests.fleet(in: lab)
            let server = try fleet.host("web-1").sshd
            let environment = try Self.installClient(in: lab, for: server)
            try lab.write(Self.config, to: "ssh_config", mode: 0o600)
            let ssh = """
                  user: \(server.user)
                  identity_file: \(server.clientKeys.ed25519)
                  config: ssh_config
                """
            let hosts = "  web-1: { address: \(Self.instance), ssh: { port: \(server.port) } }"
            let known = server.knownHosts.replacing("[\(server.address)]", with: "[\(Self.instance)]")
            try await RoutesTests.expectWay(
                of: fleet, ["ssh": ssh, "hosts": hosts], knownHosts: known, environment: environment)
            let calls = LabLog(path: lab.path("calls")).lines
            #expect(calls.count == 4)
            #expect(Set(LabLog(path: lab.path("profiles")).lines) == ["staging"])
            // None lingers once its program is over; the last is that of `ssh`, which leaves it alone.
            let clients = LabLog(path: lab.path("pids")).lines.compactMap { pid_t($0) }
            #expect(clients.count == 4)
            for client in clients.dropLast() { #expect(!ProcessTable.isRunning(client)) }
        }
    }

    @Test func `an instance that is not connected is an error in AWS's words`() async throws {
        try await Lab.scenario { lab in
            let server = try await SSHServer.start(in: lab)
            let environment = try Self.installClient(in: lab, for: server)
            try lab.write(Self.config, to: "ssh_config", mode: 0o600)
            try lab.write(
                "service: acebook\nssh: { config: ssh_config }\nhosts: [i-0fedcba9876543210]\n", to: "hosts.yml")
            for command in [["exec", "--", "true"], ["trust"]] {
                let run = try await lab.command(
                    [try Repository.product("deploy")] + command, environment: environment, within: .seconds(60))
                #expect(run.status != 0, run.shown)
                let said = run.text + run.errorText
                for words in ["i-0fedcba9876543210", "the proxy command ended with status 254", "TargetNotConnected"] {
                    #expect(said.contains(words), run.shown)
                }
            }
        }
    }
}
