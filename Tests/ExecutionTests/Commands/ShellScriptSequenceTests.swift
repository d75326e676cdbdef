import DeployModel
import SSHTransport
import Testing

@testable import Execution

/// Two scripts as one command, in the shells that `/bin/sh` may be.
struct ShellScriptSequenceTests {
    private func run(_ script: ShellScript, _ shell: [String]) async throws -> CommandResult {
        try await LocalHost(shell: shell).run(
            script, timeout: .seconds(20), idleTimeout: nil, isRepeatable: true, output: nil)
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `each script sees its own arguments and nothing of the one before`(shell: [String]) async throws {
        let first = ShellScript("cd /; left=over; printf '<%s>' \"$@\"; exit 0", arguments: ["a b", "$(id)"])
        let second = ShellScript("printf '<%s>' \"${left:-none}\" \"$@\"", arguments: ["it's"])
        let third = ShellScript("printf '<%s>' \"$#\"", arguments: [])
        let result = try await run(first.then(second).then(third), shell)
        #expect(result.standardOutput == "<a b><$(id)><none><it's><0>")
        #expect(result.isSuccess)
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `the second does not run where the first failed`(shell: [String]) async throws {
        let result = try await run(ShellScript("false; echo on").then(ShellScript("echo second")), shell)
        #expect(!result.isSuccess)
        #expect(result.standardOutput == "")
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `the status is that of the script that failed`(shell: [String]) async throws {
        let result = try await run(ShellScript("true").then(ShellScript("exit 7")), shell)
        #expect(result.exit == .status(7))
    }
}
