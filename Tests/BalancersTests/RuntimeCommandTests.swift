import DeployModel
import TestSupport
import Testing

@testable import Balancers

struct RuntimeCommandTests {
    @Test func `the commands are HAProxy's own`() throws {
        let server = try #require(ServerName(backend: "web", server: "web-1"))
        #expect(RuntimeCommand.drain(server) == "set server web/web-1 state drain")
        #expect(RuntimeCommand.maintain(server) == "set server web/web-1 state maint")
        #expect(RuntimeCommand.ready(server) == "set server web/web-1 state ready")
        #expect(RuntimeCommand.forgetHealth(server) == "set server web/web-1 health down")
        #expect(RuntimeCommand.shutDownSessions(server) == "shutdown sessions server web/web-1")
        #expect(RuntimeCommand.disableAgent(server) == "disable agent web/web-1")
        #expect(RuntimeCommand.enableAgent(server) == "enable agent web/web-1")
        #expect(
            RuntimeCommand.read(["web", "ws"])
                == "show info;show stat web 4 -1;show servers state web;show stat ws 4 -1;show servers state ws")
    }

    @Test(arguments: ["", "a b", "a;shutdown", "a\nb", "a/b", "a\\b", "#1", "ä", "a\u{0}"])
    func `a name that would end the word or the command is none`(name: String) {
        #expect(ServerName(backend: name, server: "ok") == nil)
        #expect(ServerName(backend: "ok", server: name) == nil)
    }

    /// Every helper, on a real HAProxy.
    @Test(arguments: SocketHelper.allCases)
    func `each helper brings the whole answer`(helper: SocketHelper) async throws {
        try await HAProxyBench.run { bench in
            guard LabProcess.executable(helper.rawValue) != nil else { return }
            let shell = LocalShell(host: "lb-1", in: bench.lab)
            let result = try await shell.run(
                script: helper.script, arguments: [bench.haproxy.socket, "show info;show servers state"], asRoot: false,
                timeout: .seconds(10))
            #expect(result.isSuccess, "\(result)")
            #expect(RuntimeAnswer.isComplete(result.standardOutput))
            #expect(RuntimeAnswer(result.standardOutput).states.count == 2)

            let missing = try await shell.run(
                script: helper.script, arguments: ["/run/no-such.sock", "show info"], asRoot: false,
                timeout: .seconds(10))
            #expect(!missing.isSuccess)
            #expect(missing.standardError.contains("No such file"))
        }
    }
}
