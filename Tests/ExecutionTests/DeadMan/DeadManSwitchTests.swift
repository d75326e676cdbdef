import DeployModel
import Foundation
import SSHTransport
import TestSupport
import Testing

@testable import Execution

/// A dead-man switch on a host of its own, with a real process that waits and acts.
@Suite(.timeLimit(.minutes(2))) struct DeadManSwitchTests {
    private let scratch: Scratch
    private let layout: ReleaseLayout
    private let base = "it's \"$HOME\""

    init() throws {
        scratch = try Scratch()
        layout = ReleaseLayout(
            ReleaseConfiguration(source: "/", destination: scratch("it's \"$HOME\"")),
            placeholders: Placeholders(host: nil, release: nil, service: "shop"))
        try scratch.makeDirectory("\(base)/releases/r1")
        try scratch.makeDirectory("\(base)/releases/r2")
        try scratch.link("\(base)/current", to: "releases/r2")
        try note(.drain)
        try note(.switch)
    }

    /// Adds a line to the journal of the run.
    private func note(_ act: JournalEntry.Act, run: String = "run-1") throws {
        let file = "\(base)/.deploy/journal/\(run).jsonl"
        let entry = JournalEntry(act, .begun, at: Date(timeIntervalSince1970: 1_700_000_000))
        try scratch.write((scratch.text(file) ?? "") + RecordText.line(entry) + "\n", to: file)
    }

    private func part(_ text: String, secret: String = "", retries: Int = 0) -> DeadManProgram.Part {
        DeadManProgram.Part(
            script: ShellScript(
                "cd -- \"$1\"\n\(text)", arguments: [scratch(base)],
                environment: ["KEY": secret, "DEPLOY_RELEASE": "r1"]),
            retries: retries)
    }

    private func program(
        run: String = "run-1", activate: [DeadManProgram.Part]? = nil, rejoin: [DeadManProgram.Part] = []
    ) -> DeadManProgram {
        DeadManProgram(
            layout: layout, run: run, previous: "r1", linkTarget: "releases/r1",
            activate: activate ?? [part("echo \"$DEPLOY_RELEASE\" >>started")], rejoin: rejoin)
    }

    @discardableResult
    private func run(
        _ script: ShellScript, shell: [String] = ["/bin/sh"], path: String? = nil
    ) async throws -> CommandResult {
        try await LocalHost(shell: shell, path: path).run(
            script, timeout: .seconds(60), idleTimeout: nil, isRepeatable: true, output: nil)
    }

    private func arm(_ program: DeadManProgram, after time: Duration) -> ShellScript {
        DeadManCommands.arm(
            program, service: "shop", suffix: "1", after: time, user: "deploy", sudo: [], layout)
    }

    private var states: [String] {
        scratch.names(in: "\(base)/.deploy/switch").flatMap { folder in
            scratch.names(in: "\(base)/.deploy/switch/\(folder)").filter { $0 != "process" }
                .map { $0.split(separator: ".").first.map(String.init) ?? "" }
        }
    }

    private func report(_ run: String = "run-1") -> DeadManReport? {
        let lines = scratch.text("\(base)/.deploy/journal/\(run).jsonl")?.split(separator: "\n") ?? []
        return RunTrace(run: run, lines: lines).deadMan
    }

    private func whenFired() async throws -> DeadManReport? {
        try await eventually("the switch to have fired", within: .seconds(30)) { states == ["fired"] }
        return report()
    }

    /// The process that waits in the only folder there is.
    private func process() throws -> String {
        let folder = try #require(scratch.names(in: "\(base)/.deploy/switch").first)
        let text = try #require(scratch.text("\(base)/.deploy/switch/\(folder)/process"))
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `a host that does not hear of its run goes back, starts the release anew and rejoins`(
        shell: [String]
    ) async throws {
        let armed = try await run(
            arm(program(rejoin: [part("echo \"$KEY\" >rejoined", secret: "it's $HOME")]), after: .seconds(1)),
            shell: shell)
        #expect(armed.isSuccess, "\(armed.standardError)")
        let report = try await whenFired()
        #expect(report?.state == .done)
        #expect(report?.restored == "r1")
        #expect(report?.hasRejoined == true)
        #expect(scratch.linkTarget("\(base)/current") == "releases/r1")
        #expect(scratch.text("\(base)/started") == "r1\n")
        #expect(scratch.text("\(base)/rejoined") == "it's $HOME\n")
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `who comes too late learns that it has fired, and the next run begins anew`(shell: [String]) async throws {
        try await run(arm(program(), after: .seconds(1)), shell: shell)
        _ = try await whenFired()
        let fired = CommandResult.Exit.status(DeadManCommands.statusOfFired)
        for order in [DeadManOrder.restore, .rejoin] {
            let late = try await run(
                DeadManCommands.order(order, run: "run-1", within: .seconds(600), layout), shell: shell)
            #expect(late.exit == fired)
        }
        #expect(try await run(DeadManCommands.disarm(run: "run-1", layout), shell: shell).exit == fired)
        #expect(try await run(arm(program(run: "run-2"), after: .seconds(600)), shell: shell).exit == fired)
        let renewed = try await run(DeadManCommands.renew(within: .seconds(600), layout), shell: shell)
        #expect(DeadManReading.all(in: renewed.standardOutput) == [DeadManReading(run: "run-1", state: .fired)])

        try await run(DeadManCommands.forgetFired(layout), shell: shell)
        #expect(states == [])
        #expect(try await run(arm(program(run: "run-2"), after: .seconds(600)), shell: shell).isSuccess)
        #expect(states == ["restore"])
    }

    @Test func `a host that was only drained has nothing to put back, and rejoins`() async throws {
        try FileManager.default.removeItem(atPath: scratch("\(base)/current"))
        try scratch.link("\(base)/current", to: "releases/r1")
        try note(.drain, run: "run-2")
        try await run(arm(program(run: "run-2", rejoin: [part("echo yes >rejoined")]), after: .seconds(1)))
        try await eventually("the switch to have fired", within: .seconds(30)) { states == ["fired"] }
        #expect(report("run-2")?.restored == nil)
        #expect(report("run-2")?.hasRejoined == true)
        #expect(scratch.text("\(base)/started") == nil)
    }

    @Test func `the old release is started anew where the switch was begun, whatever the link names`() async throws {
        try FileManager.default.removeItem(atPath: scratch("\(base)/current"))
        try scratch.link("\(base)/current", to: "releases/r1")
        try await run(arm(program(), after: .seconds(1)))
        #expect(try await whenFired()?.restored == "r1")
        #expect(scratch.text("\(base)/started") == "r1\n")
    }

    @Test func `a host that is proven healthy keeps its release and only rejoins`() async throws {
        try await run(arm(program(rejoin: [part("echo yes >rejoined")]), after: .seconds(600)))
        let ordered = try await run(DeadManCommands.order(.rejoin, run: "run-1", within: .seconds(1), layout))
        #expect(ordered.isSuccess, "\(ordered.standardError)")
        let report = try await whenFired()
        #expect(report?.restored == nil)
        #expect(report?.hasRejoined == true)
        #expect(scratch.linkTarget("\(base)/current") == "releases/r2")
        #expect(scratch.text("\(base)/started") == nil)
    }

    @Test func `a host that was out of rotation before the run does not rejoin`() async throws {
        try note(.switch, run: "run-2")
        try await run(arm(program(run: "run-2", rejoin: [part("echo yes >rejoined")]), after: .seconds(1)))
        try await eventually("the switch to have fired", within: .seconds(30)) { states == ["fired"] }
        #expect(report("run-2")?.restored == "r1")
        #expect(report("run-2")?.hasRejoined == nil)
        #expect(scratch.text("\(base)/rejoined") == nil)
    }

    @Test func `who has lost its switch to another learns of it`() async throws {
        try await run(arm(program(), after: .seconds(600)))
        try await run(arm(program(run: "run-2"), after: .seconds(600)))
        let lost = try await run(DeadManCommands.order(.rejoin, run: "run-1", within: .seconds(600), layout))
        #expect(lost.exit == .status(DeadManCommands.statusOfGone))
        #expect(states == ["restore"])
    }

    @Test func `what cannot be put back does not rejoin, and says so`() async throws {
        try await run(
            arm(
                program(activate: [part("echo try >>tries; exit 3", retries: 1)], rejoin: [part("echo yes >rejoined")]),
                after: .seconds(1)))
        let report = try await whenFired()
        #expect(report?.state == .failed)
        #expect(report?.restored == nil)
        #expect(report?.hasRejoined == nil)
        #expect(scratch.text("\(base)/tries") == "try\ntry\n")
        #expect(scratch.text("\(base)/rejoined") == nil)
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `a switch that is taken away leaves neither a process nor a file`(shell: [String]) async throws {
        try await run(arm(program(), after: .seconds(600)), shell: shell)
        let process = try process()
        let renewed = try await run(DeadManCommands.renew(within: .seconds(900), layout), shell: shell)
        let reading = try #require(DeadManReading.all(in: renewed.standardOutput).first)
        guard case .armed(.restore, let remaining) = reading.state else {
            Issue.record("\(reading)")
            return
        }
        #expect(remaining > .seconds(800))
        #expect(try await run(DeadManCommands.disarm(run: "run-1", layout), shell: shell).isSuccess)
        #expect(!FileManager.default.fileExists(atPath: scratch("\(base)/.deploy/switch")))
        try await eventually("its process to end", within: .seconds(20)) {
            !FileManager.default.fileExists(atPath: "/proc/\(process)")
        }
        #expect(report() == nil)
    }

    @Test func `what an earlier run armed gives way to the switch of the next`() async throws {
        try await run(arm(program(), after: .seconds(600)))
        let first = try process()
        try await run(arm(program(run: "run-2"), after: .seconds(600)))
        #expect(scratch.names(in: "\(base)/.deploy/switch") == ["run-2.1"])
        try await eventually("the first process to end", within: .seconds(20)) {
            !FileManager.default.fileExists(atPath: "/proc/\(first)")
        }
        let foreign = try await run(DeadManCommands.disarm(run: "run-1", layout))
        #expect(foreign.isSuccess)
        #expect(states == ["restore"], "another run's switch is not ours to take away")
    }

    @Test func `a switch whose process is gone is told of`() async throws {
        try await run(arm(program(), after: .seconds(600)))
        kill(try #require(pid_t(try process())), SIGKILL)
        try await eventually("the switch to be broken", within: .seconds(20)) {
            let output = try await run(RecordCommands.read(layout)).standardOutput
            return DeadManReading.all(in: output) == [DeadManReading(run: "run-1", state: .broken)]
        }
    }

    @Test func `secrets are in no argument list and in no file`() async throws {
        try await run(arm(program(activate: [part("echo hello", secret: "hunter2")]), after: .seconds(600)))
        let process = try process()
        #expect(try Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline")).range(of: Data("hunter2".utf8)) == nil)
        let found = try await run(ShellScript("grep -rl hunter2 \"$1\" || :", arguments: [scratch(base)]))
        #expect(found.standardOutput == "")
        let folder = scratch("\(base)/.deploy/switch/run-1.1")
        let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test func `where sudo would ask for a password there is no switch, and the reason is said`() async throws {
        try scratch.write(
            "#!/bin/sh\n[ \"$1\" != -u ] || { echo 1000; exit; }\necho deploy\n", to: "bin/id", mode: 0o755)
        try scratch.write("#!/bin/sh\nexit 1\n", to: "bin/sudo", mode: 0o755)
        let script = DeadManCommands.arm(
            program(), service: "shop", suffix: "1", after: .seconds(600), user: "deploy",
            sudo: [.unit("shop", .restart)], layout)
        let refused = try await run(script, path: scratch("bin"))
        #expect(refused.exit == .status(DeadManCommands.statusOfImpossible))
        #expect(refused.standardError == "sudo would ask for a password\n")
        #expect(states == [])
    }
}
