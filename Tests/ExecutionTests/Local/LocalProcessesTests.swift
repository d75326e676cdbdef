import DeployModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Execution

@Suite(.timeLimit(.minutes(1))) struct LocalProcessesTests {
    private func run(
        _ command: Step.LocalCommand, environment: [String: String] = [:], timeout: Duration = .seconds(20),
        output: (@Sendable (OutputLine) -> Void)? = nil
    ) async throws -> CommandResult {
        try await LocalProcesses().run(
            command, directory: "/tmp", environment: environment, timeout: timeout, output: output)
    }

    @Test func `a string is a shell line, a list an argv`() async throws {
        #expect(try await run(.shell("echo \"$0 $#\"; false; echo never")).exit == .status(1))
        let result = try await run(.argv(["printf", "%s|", "it's", "$HOME", "-n"]))
        #expect(result.standardOutput == "it's|$HOME|-n|")
        #expect(result.isSuccess)
    }

    @Test func `the environment is clean but for what it was given`() async throws {
        let local = LocalProcesses(environment: [
            "PATH": "/usr/bin:/bin", "HOME": "/home/ada", "AWS_SECRET_ACCESS_KEY": "s3cret", "LC_ALL": "C",
        ])
        let result = try await local.run(
            .argv(["env"]), directory: "/", environment: ["NODE_ENV": "a\nb"], timeout: .seconds(20), output: nil)
        #expect(
            result.standardOutput.split(separator: "\n").sorted() == [
                "HOME=/home/ada", "NODE_ENV=a", "PATH=/usr/bin:/bin", "b",
            ])
    }

    @Test func `a child has its signals at their defaults, its own session and no descriptors of ours`() async throws {
        signal(SIGPIPE, SIG_IGN)
        let ours = open("/dev/null", O_RDONLY)
        defer { close(ours) }
        let result = try await run(
            .shell("grep SigIgn /proc/self/status; ls /proc/self/fd | wc -l; ps -o sid= -p $$; echo $$"))
        let lines = result.standardOutput.split(separator: "\n").map { $0.filter { !$0.isWhitespace } }
        // Above the 31 standard ones lie two that the C library keeps for itself.
        let ignored = lines.first.flatMap { UInt64($0.dropFirst("SigIgn:".count), radix: 16) }
        #expect(ignored.map { $0 & 0x7fff_ffff } == 0)
        #expect(lines.dropFirst().first == "4", "three and the directory that ls reads")
        #expect(lines.suffix(2).first == lines.last)
    }

    @Test func `a program that is not there is an error, a status is not`() async throws {
        let error = try await #require(throws: DeployError.self) { try await run(.argv(["no-such-program"])) }
        #expect(error.code == .localCommandFailed)
        #expect(error.message == "`no-such-program` was not found on this machine")
        #expect(try await run(.argv(["sh", "-c", "exit 42"])).exit == .status(42))
        #expect(try await run(.argv(["sh", "-c", "kill -SEGV $$"])).exit == .signal("SEGV"))
    }

    @Test func `lines arrive as they are printed, and both streams are kept`() async throws {
        let lines = Mutex<[OutputLine]>([])
        let result = try await run(.shell("echo one; echo two >&2; printf three")) { line in
            lines.withLock { $0.append(line) }
        }
        #expect(
            Set(lines.withLock { $0 }) == [
                OutputLine(.standardOutput, "one"), OutputLine(.standardError, "two"),
                OutputLine(.standardOutput, "three"),
            ])
        #expect(result.standardOutput == "one\nthree")
        #expect(result.standardError == "two\n")
    }

    @Test func `a flood is kept by its end`() async throws {
        let result = try await run(.shell("head -c 30000000 /dev/zero | tr '\\0' x; echo; echo end"))
        #expect(result.standardOutput.utf8.count == 64 * 1024)
        #expect(result.standardOutput.hasSuffix("x\nend\n"))
    }

    @Test func `a command past its timeout is ended with its whole group`() async throws {
        let mark = "3\(Int.random(in: 100_000...999_999)).5"
        let result = try await run(.shell("echo begun; sleep \(mark) & sleep \(mark)"), timeout: .milliseconds(300))
        #expect(result.exit == .timedOut(after: .milliseconds(300), isConfirmed: true))
        #expect(result.standardOutput == "begun\n")
        try await eventually("the group to be gone") { try await count(mark) == 0 }
    }

    @Test func `a daemon that keeps our pipes does not keep us`() async throws {
        let mark = "4\(Int.random(in: 100_000...999_999)).5"
        let result = try await run(.shell("setsid sleep \(mark) & echo started"))
        #expect(result.standardOutput == "started\n")
        #expect(result.isSuccess)
        _ = try await run(.shell("pkill -f '[s]leep \(mark)'"))
    }

    @Test func `a cancelled command is ended`() async throws {
        let mark = "5\(Int.random(in: 100_000...999_999)).5"
        let task = Task { try await run(.argv(["sleep", mark])) }
        try await eventually("the command to run") { try await count(mark) == 1 }
        task.cancel()
        let error = await #expect(throws: DeployError.self) { try await task.value }
        #expect(error?.code == .interrupted)
        #expect(try await count(mark) == 0)
    }

    private func count(_ mark: String) async throws -> Int {
        Int(try await run(.shell("pgrep -fc '[s]leep \(mark)' || :")).standardOutput.filter(\.isNumber)) ?? 0
    }
}
