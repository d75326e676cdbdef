import DeployModel
import Foundation
import SSHTransport
import TestSupport
import Testing

@testable import Execution

struct StepScriptsTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ script: ShellScript, path: String? = nil) async throws -> CommandResult {
        try await LocalHost(path: path).run(
            script, timeout: .seconds(20), idleTimeout: nil, isRepeatable: false, output: nil)
    }

    @Test(arguments: [Step.Shell.sh, .login])
    func `a command line runs in its directory and stops at the first failure`(shell: Step.Shell) async throws {
        let directory = try scratch.makeDirectory("it's; `a` dir")
        let script = StepScripts.run(
            "pwd; echo \"$GREETING\"; echo $#; false; echo never", in: directory, shell: shell,
            environment: ["GREETING": "it's \"$HOME\"\n`x`"], user: nil)
        let result = try await run(script)
        #expect(result.standardOutput == "\(directory)\nit's \"$HOME\"\n`x`\n0\n", "\(result.standardError)")
        #expect(result.exit == .status(1))
    }

    @Test func `an unset variable ends a step`() async throws {
        let result = try await run(
            StepScripts.run("echo \"$NO_SUCH\"; echo never", in: "/", shell: .sh, environment: [:], user: nil))
        #expect(!result.isSuccess)
        #expect(result.standardOutput.isEmpty)
    }

    @Test func `a line that is no shell ends the step and nothing else`() async throws {
        let result = try await run(
            StepScripts.run("echo 'unclosed", in: "/", shell: .sh, environment: [:], user: nil))
        #expect(result.exit == .status(2))
    }

    @Test func `a script is run by the interpreter it names, from a file of its own`() async throws {
        try scratch.write(
            "#!/bin/sh\nprintf 'with %s: ' \"$1\"; shift; exec /bin/sh \"$@\"\n", to: "bin/inter", mode: 0o755)
        let text = "#!\(scratch("bin/inter")) -x  y \necho \"$(pwd) $(basename \"$0\") $TOKEN\"\necho end"
        let result = try await run(
            StepScripts.script(
                text, name: "mi grate's.sh", in: scratch.path, environment: ["TOKEN": "s3cret"], user: nil))
        #expect(
            result.standardOutput == "with -x  y: \(scratch.path) migrates.sh s3cret\nend\n", "\(result.standardError)")
        #expect(result.isSuccess)
    }

    @Test func `a script leaves no file behind, and its status counts`() async throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("deploy.") }
        let result = try await run(
            StepScripts.script("echo \"$0\"; exit 7", name: "-", in: "/", environment: [:], user: nil))
        #expect(result.exit == .status(7))
        let file = result.standardOutput.trimmingCharacters(in: .newlines)
        #expect(file.hasSuffix("/script"))
        #expect(!FileManager.default.fileExists(atPath: file))
        let after = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("deploy.") }
        #expect(Set(after).subtracting(before).count <= after.count)
    }

    @Test(
        arguments: [
            ("echo hi", "/bin/sh", "-eu"), ("#!/usr/bin/env node\n", "/usr/bin/env", "node"),
            ("#! /bin/bash", "/bin/bash", nil),
            ("#!/usr/bin/perl -w -T \nx", "/usr/bin/perl", "-w -T"), ("", "/bin/sh", "-eu"), ("#!\n", "/bin/sh", nil),
        ] as [(String, String, String?)])
    func `a script's first line names its interpreter`(text: String, path: String, option: String?) {
        let interpreter = Interpreter(ofScript: text)
        #expect(interpreter.path == path)
        #expect(interpreter.option == option)
    }

    @Test(arguments: [
        (StepScripts.Sudo.none, "systemctl"), (.root, "sudo -n systemctl"), (.user("app"), "sudo -n -u app systemctl"),
    ])
    func `a unit is restarted by exactly this command`(sudo: StepScripts.Sudo, command: String) {
        let script = StepScripts.unit("web@1.service", .restart, sudo: sudo)
        #expect(script.text.hasPrefix("if \(command) \"$1\" \"$2\"; then status=0; else status=$?; fi\n"))
        #expect(script.arguments == ["restart", "web@1.service", "", ""])
        #expect(script.user == nil)
    }

    /// A `systemctl` that records its calls and fails `restart` as often as it is told to.
    private func systemctl(failures: Int, result: String) throws -> String {
        try scratch.write(
            """
            #!/bin/sh
            echo "$*" >>"$(dirname "$0")/calls"
            case $1 in
                restart)
                    n=$(grep -c '^restart' "$(dirname "$0")/calls")
                    [ "$n" -gt \(failures) ] || { echo "Job failed." >&2; exit 4; } ;;
                show) echo \(result) ;;
                --no-pager) echo "● shop.service: failed" ;;
            esac
            """, to: "bin/systemctl", mode: 0o755)
        return scratch("bin")
    }

    @Test func `a unit that systemd gave up on is forgiven`() async throws {
        let result = try await run(
            StepScripts.unit("shop", .restart, sudo: .none),
            path: try systemctl(failures: 1, result: "start-limit-hit"))
        #expect(result.isSuccess)
        #expect(
            scratch.text("bin/calls")
                == "restart shop\nshow --property=Result --value shop\nreset-failed shop\nrestart shop\n")
    }

    @Test func `a unit that does not start shows what systemd says of it`() async throws {
        let result = try await run(
            StepScripts.unit("shop", .restart, sudo: .none), path: try systemctl(failures: 9, result: "exit-code"))
        #expect(result.exit == .status(4))
        #expect(result.standardError == "Job failed.\n● shop.service: failed\n")
    }

    /// A `systemctl` whose unit's main process is a real one, in a working directory.
    private func systemctl(mainPID: pid_t) throws -> String {
        try scratch.write(
            "#!/bin/sh\n[ \"$1\" != show ] || echo \(mainPID)\n", to: "bin/systemctl", mode: 0o755)
        return scratch("bin")
    }

    /// Restarts a unit whose process runs in a directory, where the link has just been switched to `releases/2`.
    private func restart(runningIn directory: String) async throws -> CommandResult {
        for release in ["releases/1", "releases/2/app", "elsewhere"] {
            try FileManager.default.createDirectory(atPath: scratch(release), withIntermediateDirectories: true)
        }
        let service = Process()
        service.executableURL = URL(filePath: "/bin/sleep")
        service.arguments = ["60"]
        service.currentDirectoryURL = URL(filePath: scratch(directory))
        try service.run()
        defer { service.terminate() }
        return try await run(
            StepScripts.unit(
                "shop", .restart, sudo: .none,
                in: StepScripts.ServicePlace(releases: scratch("releases"), release: scratch("releases/2"))),
            path: try systemctl(mainPID: service.processIdentifier))
    }

    @Test(arguments: ["releases/2", "releases/2/app"])
    func `a service that runs in the new release is said to`(directory: String) async throws {
        let result = try await restart(runningIn: directory)
        #expect(result.isSuccess)
        #expect(result.standardOutput.contains("runs in "))
        #expect(result.standardOutput.hasSuffix("/\(directory)\n"))
    }

    @Test func `a service that runs in another release fails the restart`() async throws {
        let result = try await restart(runningIn: "releases/1")
        #expect(result.exit == .status(StepScripts.statusOfOtherRelease))
        #expect(result.standardError.contains("/releases/1, and not in "))
        let step = Step(name: "restart shop", action: .restart(unit: "shop", .restart))
        let error = try #require(StepFailure.error(result, of: step, on: "web-1", user: "app", evidence: []))
        #expect(error.message == "step `restart shop` succeeded, and the service does not run the new release")
        #expect(error.hint?.contains("WorkingDirectory") == true)
    }

    @Test func `where a service runs elsewhere, that is said and nothing is made of it`() async throws {
        let result = try await restart(runningIn: "elsewhere")
        #expect(result.isSuccess)
        #expect(result.standardOutput.hasPrefix("which release its process runs cannot be told: /"))
    }

    @Test func `a unit without a process that can be seen is not failed`() async throws {
        try FileManager.default.createDirectory(atPath: scratch("releases/2"), withIntermediateDirectories: true)
        let result = try await run(
            StepScripts.unit(
                "shop", .restart, sudo: .none,
                in: StepScripts.ServicePlace(releases: scratch("releases"), release: scratch("releases/2"))),
            path: try systemctl(mainPID: 0))
        #expect(result.isSuccess)
        #expect(result.standardOutput.hasSuffix("no working directory to be seen\n"))
    }
}
