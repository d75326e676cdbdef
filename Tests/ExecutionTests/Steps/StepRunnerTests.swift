import DeployModel
import Foundation
import SSHTransport
import TestSupport
import Testing

@testable import Execution

@Suite(.timeLimit(.minutes(1))) struct StepRunnerTests {
    private let scratch: Scratch
    private let events = RecordingEvents()

    init() throws { scratch = try Scratch() }

    private func run(
        _ steps: [Step], user: String = "root", phase: StepPhase = .prepare, channel: any HostChannel = LocalHost(),
        limits: StepLimits = StepLimits(), common: EnvironmentVariables = [:],
        secrets: SecretValues = SecretValues()
    ) async throws(DeployError) {
        var host = Host.named("web-1")
        host.environment = ["SHARD": "it's a"]
        let runner = StepRunner(
            host: host, channel: channel, user: user, local: LocalProcesses(), localDirectory: scratch.path,
            environment: StepEnvironment(
                host: host, service: "shop", run: "r1", gitCommit: "3fa9c1d", common: common, secrets: secrets),
            limits: limits, events: events)
        try await runner.run(
            steps, phase: phase,
            at: StepRunner.Place(
                release: "2", previous: "1", releaseDirectory: scratch.path, startDirectory: scratch.path,
                placeholders: Placeholders(host: host, release: "2", service: "shop")))
    }

    private func step(_ line: String, _ change: (inout Step) -> Void = { _ in }) -> Step {
        var step = Step(name: line, action: .run(line))
        change(&step)
        return step
    }

    @Test func `steps run in order, in the release, and tell what they do`() async throws {
        try await run([step("pwd"), step("echo oops >&2")])
        #expect(
            events.transcript == [
                "started pwd", scratch.path, "finished pwd", "started echo oops >&2", "!oops", "finished echo oops >&2",
            ])
    }

    @Test func `a step sees who, where and what, the host's variables and its own`() async throws {
        try await run(
            [
                step("env | grep -E '^(DEPLOY_|SHARD|NODE_ENV|MODE)' | sort") { step in
                    step.environment = ["MODE": "two\nlines", "SHARD": "b"]
                }
            ], common: ["NODE_ENV": "production", "MODE": "common", "DEPLOY_RUN": "not yours"])
        #expect(
            events.transcript.dropFirst().dropLast() == [
                "DEPLOY_ADDRESS=web-1.example.com", "DEPLOY_GIT_SHA=3fa9c1d", "DEPLOY_HOST=web-1",
                "DEPLOY_PREVIOUS_RELEASE=1", "DEPLOY_RELEASE=2", "DEPLOY_RELEASE_PATH=\(scratch.path)", "DEPLOY_RUN=r1",
                "DEPLOY_SERVICE=shop", "DEPLOY_TARGET=web-1", "MODE=two", "NODE_ENV=production", "SHARD=b",
            ])
    }

    @Test func `the first failure ends the phase, with its last words`() async throws {
        let error = try await #require(throws: DeployError.self) {
            try await run([step("echo why; echo because >&2; exit 3"), step("echo never")])
        }
        #expect(error.code == .stepFailed)
        #expect(error.host == "web-1")
        #expect(error.message == "step `echo why; echo because >&2; exit 3` ended with status 3")
        #expect(Set(error.evidence) == ["why", "because"])
        #expect(events.transcript.last == "failed echo why; echo because >&2; exit 3")
    }

    @Test func `a failure that is ignored is told, and the next step runs`() async throws {
        try await run([step("false") { $0.ignoresErrors = true }, step("true")])
        #expect(events.transcript == ["started false", "ignored false", "started true", "finished true"])
    }

    @Test func `a lost connection is no failure of the step, and not ignored`() async throws {
        let error = try await #require(throws: DeployError.self) {
            try await run([step("true") { $0.ignoresErrors = true }], channel: LostHost())
        }
        #expect(error.code == .connectionLost)
    }

    @Test func `a step is tried again as often as it says`() async throws {
        try await run([
            step("echo x >>tries; [ $(wc -l <tries) -ge 2 ] || { echo no; exit 1; }") {
                $0.name = "flaky"
                $0.retries = 2
            }
        ])
        #expect(
            events.transcript == [
                "started flaky", "no", "warning: step `flaky` ended with status 1; trying again (1 of 2)",
                "finished flaky",
            ])
    }

    @Test func `a directory may be absolute, relative to the release, and hold placeholders`() async throws {
        try scratch.makeDirectory("web-1/2")
        try await run([step("pwd") { $0.directory = "{host}/{release}" }, step("pwd") { $0.directory = "/" }])
        #expect(events.transcript.filter { $0.hasPrefix("/") } == [scratch("web-1/2"), "/"])
    }

    @Test func `a local step runs here, and knows the host`() async throws {
        var local = Step(name: "notify", action: .local(.shell("pwd; echo $DEPLOY_HOST $DEPLOY_RELEASE")))
        try await run([local])
        #expect(events.transcript == ["started notify", scratch.path, "web-1 2", "finished notify"])
        local.action = .local(.argv(["false"]))
        let error = try await #require(throws: DeployError.self) { try await run([local]) }
        #expect(error.code == .localCommandFailed)
    }

    @Test func `a script is a local file, sent and run there`() async throws {
        try scratch.write("#!/bin/sh\necho \"$0\" | sed 's|.*/||'; cat <<'END'\n$HOME `x`\nEND\n", to: "bin/it's.sh")
        try await run([Step(name: "s", action: .script(path: scratch("bin/it's.sh")))])
        #expect(events.transcript == ["started s", "its.sh", "$HOME `x`", "finished s"])
        let error = try await #require(throws: DeployError.self) {
            try await run([Step(name: "s", action: .script(path: scratch("none")))])
        }
        #expect(error.code == .invalidConfiguration)
    }

    @Test func `a flood is counted, and its end is the evidence`() async throws {
        let error = try await #require(throws: DeployError.self) {
            try await run([step("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i + 1)); done; exit 1")])
        }
        #expect(events.transcript.count { $0.hasPrefix("line ") } == 2000)
        #expect(events.transcript.contains("!… 1000 more lines are not shown"))
        #expect(error.evidence.last == "line 2999")
        #expect(error.evidence.count == 31)
    }

    @Test func `sudo is asked as the step says, and its refusal names the line that is missing`() async throws {
        try scratch.write(
            "#!/bin/sh\necho \"$*\" >>\(scratch("asked"))\necho 'sudo: a password is required' >&2\nexit 1\n",
            to: "bin/sudo", mode: 0o755)
        let host = LocalHost(path: scratch("bin"))
        var restart = Step(name: "restart shop", action: .restart(unit: "shop", .restart))
        let error = try await #require(throws: DeployError.self) {
            try await run([restart], user: "ada", channel: host)
        }
        #expect(scratch.text("asked")?.hasPrefix("-n systemctl restart shop\n") == true)
        #expect(
            error.hint == """
                on the host, `sudo visudo -f /etc/sudoers.d/ada`, and add the line \
                `ada ALL=(root) NOPASSWD: /usr/bin/systemctl restart shop`; or give sudo its password with --ask-sudo-pass \
                or `ssh.sudo_password_command`
                """)
        restart.sudo = .user("app")
        await #expect(throws: DeployError.self) { try await run([restart], user: "ada", channel: host) }
        #expect(scratch.text("asked")?.contains("-n -u app systemctl restart shop\n") == true)
    }

    @Test(
        arguments: [
            (Step.Sudo.automatic, "ada", nil), (.never, "ada", nil), (.root, "ada", "root"), (.root, "root", nil),
            (.user("app"), "ada", "app"), (.user("ada"), "ada", nil),
        ] as [(Step.Sudo, String, String?)])
    func `the whole script runs as the account that the step names`(sudo: Step.Sudo, user: String, account: String?)
        async throws
    {
        try scratch.write(
            "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n", to: "bin/sudo", mode: 0o755)
        let host = LocalHost(path: scratch("bin"))
        try await run([step("true") { $0.sudo = sudo }], user: user, channel: host)
        #expect(host.ran.map(\.user) == [account])
    }

    @Test func `no more hosts than its concurrency run a step at once`() async throws {
        let limits = StepLimits()
        let limited = step("[ ! -e busy ] || exit 9; : >busy; sleep 0.05; rm busy") { $0.concurrency = 1 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try await run([limited], limits: limits) } }
            try await group.waitForAll()
        }
        #expect(events.transcript.count { $0.hasPrefix("finished") } == 5)
    }

    @Test func `secrets reach steps on hosts, and no output of theirs`() async throws {
        let secrets = SecretValues(["TOKEN": Secret("hunter22"), "OTHER": Secret("correct horse")])
        let common = EnvironmentVariables([:], secret: ["TOKEN": "TOKEN"])
        try await run(
            [
                step("echo \"<$TOKEN>\" >got; echo \"is $TOKEN\"; printf %s \"$TOKEN\" | base64") { $0.name = "show" },
                step("echo \"$RENAMED\"; set -x; : \"$RENAMED\"") { step in
                    step.name = "renamed"
                    step.environment = EnvironmentVariables([:], secret: ["RENAMED": "OTHER"])
                },
            ], common: common, secrets: secrets)
        #expect(scratch.text("got") == "<hunter22>\n")
        #expect(
            events.transcript == [
                "started show", "is [redacted]", "[redacted]I=", "finished show",
                "started renamed", "[redacted]", "!+ : [redacted]", "finished renamed",
            ])
        let error = try await #require(throws: DeployError.self) {
            try await run([step("echo why $TOKEN; exit 1")], common: common, secrets: secrets)
        }
        #expect(error.evidence == ["why [redacted]"])
    }

    @Test func `a long line is cut after its secrets are gone`() async throws {
        let secrets = SecretValues(["TOKEN": Secret("hunter22hunter22")])
        // The splitter cuts at 8 KiB, in the middle of the secret; the evidence at 500 characters.
        let error = try await #require(throws: DeployError.self) {
            try await run(
                [step("printf '%08184d%s\\n' 0 \"$TOKEN\"; printf '%0495d%s\\n' 0 \"$TOKEN\"; exit 1")],
                common: EnvironmentVariables([:], secret: ["TOKEN": "TOKEN"]), secrets: secrets)
        }
        #expect(!(events.transcript + error.evidence).joined().contains("hunt"))
    }

    @Test func `a flood's end holds no secret either`() async throws {
        let secrets = SecretValues(["TOKEN": Secret("hunter22hunter22")])
        let error = try await #require(throws: DeployError.self) {
            try await run(
                [step("i=0; while [ $i -lt 6000 ]; do echo $TOKEN$TOKEN$TOKEN; i=$((i + 1)); done; exit 1")],
                common: EnvironmentVariables([:], secret: ["TOKEN": "TOKEN"]), secrets: secrets)
        }
        #expect(!(events.transcript + error.evidence).joined().contains("hunter22"))
        #expect(error.evidence.last == "[redacted]")
    }

    @Test func `a local step sees the secrets that its own env names`() async throws {
        let secrets = SecretValues(["TOKEN": Secret("hunter22"), "NPM_TOKEN": Secret("correct horse")])
        var local = Step(name: "publish", action: .local(.shell("echo ${TOKEN-none} ${#NPM_TOKEN}")))
        local.environment = EnvironmentVariables([:], secret: ["NPM_TOKEN": "NPM_TOKEN"])
        try await run([local], common: EnvironmentVariables([:], secret: ["TOKEN": "TOKEN"]), secrets: secrets)
        #expect(events.transcript == ["started publish", "none 13", "finished publish"])
    }

    @Test func `a template is filled in with the step's variables, secret ones too`() async throws {
        try scratch.write(
            "host {host} of {service}\nkey ${TOKEN}\nport ${PORT:-80} $PORT $$x {other}\n", to: "app.conf")
        var template = Step(
            name: "conf",
            action: .template(Step.Template(source: scratch("app.conf"), destination: "conf/{host}.conf", mode: "0640"))
        )
        template.environment = EnvironmentVariables([:], secret: ["TOKEN": "TOKEN"])
        let secrets = SecretValues(["TOKEN": Secret("{host}${PORT}'")])
        try await run([template, template], secrets: secrets)
        #expect(
            scratch.text("conf/web-1.conf") == "host web-1 of shop\nkey {host}${PORT}'\nport 80 $PORT $x {other}\n")
        #expect(scratch.names(in: "conf") == ["web-1.conf"])
        let path = scratch("conf/web-1.conf")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
        #expect(
            events.transcript == [
                "started conf", "\(path) written", "finished conf",
                "started conf", "\(path) is as it should be", "finished conf",
            ])
        let error = try await #require(throws: DeployError.self) {
            try await run([template])
        }
        #expect(error.message == "`\(scratch("app.conf"))`, line 2: the variable `TOKEN` is not set")
    }

    @Test func `a local step that falls silent is ended`() async throws {
        let local = Step(name: "quiet", action: .local(.shell("echo a; sleep 60")), idleTimeout: .milliseconds(300))
        let error = try await #require(throws: DeployError.self) { try await run([local]) }
        #expect(error.message == "step `quiet` printed nothing for 300 ms and was ended")
    }

    @Test func `a build has no host`() async throws {
        let build = Step(
            name: "build", action: .local(.shell("pwd; echo $NODE_ENV $DEPLOY_SERVICE ${DEPLOY_HOST-none}")))
        let inventory = Inventory(
            service: "shop", hosts: [], environment: ["NODE_ENV": "production"], steps: [.build: [build]],
            path: scratch("hosts.yml"))
        try await ExecutionContext.build(inventory, run: "r1", release: nil, events: events)
        #expect(events.transcript == ["started build", scratch.path, "production shop none", "finished build"])
    }
}

/// A host whose connection is lost.
private struct LostHost: HostChannel {
    func run(
        _ script: ShellScript, timeout: Duration, idleTimeout: Duration?, isRepeatable: Bool,
        output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult {
        throw DeployError(.connectionLost, "gone")
    }

    func attach(
        line: String, input: CInt, output: CInt, standardError: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        progressDeadline: Duration
    ) async throws(DeployError) -> Int {
        throw DeployError(.connectionLost, "gone")
    }
}
