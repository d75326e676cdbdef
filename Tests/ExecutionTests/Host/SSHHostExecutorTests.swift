import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Execution

/// One host's way through a rollout, over a real sshd.
@Suite(.timeLimit(.minutes(2))) struct SSHHostExecutorTests {
    private func release(_ version: String, _ real: RealHost, id: ReleaseID? = nil) async throws -> PreparedRelease {
        try real.lab.write(version, to: "versions/\(version)/VERSION")
        return try await real.prepare(real.lab.path("versions/\(version)"), id: id ?? ReleaseID(version))
    }

    private func link(_ real: RealHost) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "\(real.destination)/current")
    }

    private func releases(_ real: RealHost) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(real.destination)/releases").sorted()
    }

    @Test func `a release goes its way: inspected, uploaded, switched, good, pruned`() async throws {
        try await RealHost.run { real in
            for version in ["v1", "v2", "v3", "v4"] {
                let prepared = try await release(version, real)
                let steps: [StepPhase: [Step]] = [
                    .prepare: [Step(name: "p", action: .run("cat VERSION >prepared"))],
                    .drained: [Step(name: "d", action: .run("cat VERSION 2>/dev/null || echo none"))],
                    .activate: [Step(name: "a", action: .run("readlink ../../current"))],
                ]
                let executor = try real.executor(prepared, steps: steps, keep: 2)
                let facts = try await executor.inspect(release: prepared.release)
                _ = try await executor.upload(prepared.release)
                let id = prepared.release.id
                try await executor.runSteps(.prepare, release: id, previous: facts.live?.id)
                try await executor.runSteps(.drained, release: id, previous: facts.live?.id)
                try await executor.activateLink(to: id)
                try await executor.activateLink(to: id)
                try await executor.runSteps(.activate, release: id, previous: facts.live?.id)
                try await executor.markGood(id)
                #expect(try link(real) == "releases/\(version)")
            }
            #expect(try releases(real) == [".v3.json", ".v4.json", "v3", "v4"])
            #expect(
                real.events.transcript.filter { !$0.contains(" ") } == [
                    "v1", "releases/v1", "v1", "releases/v2", "v2", "releases/v3", "v3", "releases/v4",
                ], "before the first release there is no old one to be in")
        }
    }

    @Test func `a release of another tool is taken over, and a rollback puts its link back as it was`() async throws {
        try await RealHost.run { real in
            try real.lab.write("hand made", to: "opt/it's v0/VERSION")
            try real.lab.makeDirectory("srv/shop")
            let old = real.lab.path("opt/it's v0") + "/"
            try FileManager.default.createSymbolicLink(atPath: "\(real.destination)/current", withDestinationPath: old)
            let prepared = try await release("v1", real)
            let steps: [StepPhase: [Step]] = [.activate: [Step(name: "a", action: .run("cat VERSION; echo; pwd"))]]
            let executor = try real.executor(prepared, steps: steps)
            let live = try #require(try await executor.inspect(release: prepared.release).live)
            #expect(live.contentDigest == nil)
            #expect(live.isGood)
            _ = try await executor.upload(prepared.release)
            try await executor.activateLink(to: "v1")
            #expect(try link(real) == "releases/v1")

            // Another process, which has not seen the link, can roll back too.
            let other = try real.executor(nil, steps: steps)
            try await other.activateLink(to: live.id)
            #expect(try link(real) == old)
            try await executor.runSteps(.activate, release: live.id, previous: "v1")
            #expect(real.events.transcript.contains("hand made"))
            #expect(try await executor.inspect(release: prepared.release).live == live)
        }
    }

    @Test func `a release that is not there cannot be switched to, and the link stays`() async throws {
        try await RealHost.run { real in
            let prepared = try await release("v1", real)
            let executor = try real.executor(prepared)
            _ = try await executor.upload(prepared.release)
            try await executor.activateLink(to: "v1")
            let error = try await #require(throws: DeployError.self) { try await executor.activateLink(to: "v9") }
            #expect(error.code == .switchFailed)
            #expect(try link(real) == "releases/v1")
        }
    }

    @Test func `a real directory in the link's place is refused before anything is sent`() async throws {
        try await RealHost.run { real in
            try real.lab.write("precious", to: "srv/shop/current/data")
            let prepared = try await release("v1", real)
            let executor = try real.executor(prepared)
            let error = try await #require(throws: DeployError.self) {
                try await executor.inspect(release: prepared.release)
            }
            #expect(error.code == .linkIsDirectory)
            #expect(try FileManager.default.contentsOfDirectory(atPath: real.destination) == ["current"])
        }
    }

    @Test(.enabled(if: LabAccount.canBeDefined))
    func `an account without rights makes its directory by sudo, once`() async throws {
        var options = SSHServer.Options()
        options.accounts = [LabAccount(name: "ada", shell: "/bin/dash")]
        try await Lab.run { lab in
            // sudo itself has no rules for an account that exists in the lab alone, so root stands behind this one.
            try lab.write(
                """
                #!/bin/sh
                echo "$*" >>\(lab.path("asked"))
                case $* in
                    '-n -l install -d -o ada '*) exit 0 ;;
                    '-n install -d -o ada '*) : >\(lab.path("please")); while [ ! -d "$6" ]; do sleep 0.05; done ;;
                    *) exit 1 ;;
                esac
                """, to: "bin/sudo", mode: 0o755)
            try lab.write("", to: "asked", mode: 0o666)
            try lab.makeDirectory("drop")
            options.path = [lab.path("bin")]
            let server = try await SSHServer.start(in: lab, options)
            var host = try RealHost.host("web-1", server)
            host.ssh.user = "ada"
            let connections = try await RealHost.connections([host])
            let real = RealHost(lab: lab, server: server, host: host, connections: connections)
            let prepared = try await release("v1", real)
            let facts = try await real.executor(prepared).inspect(release: prepared.release)
            #expect(facts.loginUser == "ada")
            await connections.close()
            #expect(LabLog(path: lab.path("asked")).text == "-n -l install -d -o ada \(real.destination)\n")
        }
    }

    @Test func `what preflight finds wrong with the way to a host has its own code`() async throws {
        try await RealHost.run { real in
            func code(_ change: (inout DeployModel.Host) throws -> Void) async throws -> DeployError {
                var host = real.host
                try change(&host)
                let connections = try await RealHost.connections([host])
                let shell = SSHRemoteShell(host: host.name, connections: connections)
                let error = await #expect(throws: DeployError.self) {
                    try await shell.run(script: "true", arguments: [], asRoot: false, timeout: .seconds(10))
                }
                await connections.close()
                return try #require(error)
            }
            let unknown = try await code { $0.ssh.knownHostsFiles = ["/nonexistent"] }
            #expect(unknown.code == .hostKeyUnknown)
            #expect(unknown.host == "web-1")
            let refused = try await code { $0.ssh.port = try LabAddress.freePort(on: real.server.address) }
            #expect(refused.code == .unreachable)
            let denied = try await code { $0.ssh.identityFiles = ["/nonexistent"] }
            #expect(denied.code == .authenticationFailed)
        }
    }
}
