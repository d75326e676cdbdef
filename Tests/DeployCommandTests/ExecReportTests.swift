import DeployModel
import Reporting
import TestSupport
import Testing

@testable import deploy

struct ExecReportTests {
    private let refused = DeployError(.unreachable, "`web-5` refused the connection", hint: "is sshd running?")

    private var report: ExecReport {
        let same = ExecResult.ended(.status(0), standardOutput: "up 3 days\n\nload 0.1", standardError: "")
        let failed = ExecResult.ended(.status(3), standardOutput: "", standardError: "no \u{1B}]52;c;eA==\u{07}\n")
        var other = refused
        other.message = "`web-6` refused the connection"
        return ExecReport([
            ("web-1", same), ("web-4", failed), ("web-2", same), ("web-3", same), ("web-5", .failed(refused)),
            ("web-6", .failed(other)),
        ])
    }

    @Test func `equal results are shown once, under the hosts' names`() {
        let text = report.lines.map { $0.rendered(.plain, Redactor([])) + "\n" }.joined()
        #expect(
            text == """
                web-[1-3]:
                  up 3 days

                  load 0.1
                web-4: ended with status 3
                  stderr: no \\x1b]52;c;eA==\\x07
                web-[5-6]: `web-5` refused the connection
                  hint: is sshd running?

                """)
    }

    @Test func `as JSON, one object a group`() {
        #expect(
            report.json.text
                == #"[{"hosts":["web-1","web-2","web-3"],"is_success":true,"exit":{"status":0},"#
                + #""stdout":"up 3 days\n\nload 0.1","stderr":""},"#
                + #"{"hosts":["web-4"],"is_success":false,"exit":{"status":3},"stdout":"","#
                + #""stderr":"no \u001b]52;c;eA==\u0007\n"},"#
                + #"{"hosts":["web-5","web-6"],"is_success":false,"error":{"code":"unreachable","#
                + #""message":"`web-5` refused the connection","hint":"is sshd running?"}}]"#)
    }

    @Test func `16 when it failed somewhere, 3 when it ran nowhere`() {
        let good = ExecResult.ended(.status(0), standardOutput: "", standardError: "")
        let bad = ExecResult.ended(.signal("KILL"), standardOutput: "", standardError: "")
        let lost = ExecResult.failed(refused)
        #expect(ExitCode([good, good]) == .success)
        #expect(ExitCode([good, bad]) == .commandFailed)
        #expect(ExitCode([good, lost]) == .commandFailed)
        #expect(ExitCode([lost, lost]) == .notStarted)
    }
}
