import DeployModel
import TestSupport
import Testing

@testable import Execution

struct StepFailureTests {
    private func error(
        _ exit: CommandResult.Exit, _ change: (inout Step) -> Void = { _ in }, standardError: String = ""
    ) -> DeployError? {
        var step = Step(name: "migrate", action: .run("npm run migrate"))
        change(&step)
        return StepFailure.error(
            CommandResult(exit: exit, standardError: standardError), of: step, on: "web-1", user: "ada",
            evidence: ["last words"])
    }

    @Test(
        arguments: [
            (.status(7), .stepFailed, "ended with status 7", nil),
            (.status(126), .stepFailed, "ended with status 126", "the file is not executable"),
            (.status(127), .stepFailed, "ended with status 127", "a command was not found; `shell: login`"),
            (.signal("SEGV"), .stepFailed, "was ended by signal SEGV", nil),
            (.status(137), .stepFailed, "ended with status 137", "it was killed; the host may have run out"),
            (
                .timedOut(after: .seconds(90), isConfirmed: true), .stepTimedOut,
                "took longer than 1 min 30 s and was ended",
                "set `timeout`"
            ),
            (
                .idleTimedOut(after: .seconds(300), isConfirmed: false), .stepTimedOut,
                "printed nothing for 5 min; it could not be ended for certain and may still be running",
                "set `idle_timeout`"
            ),
            (
                .endedEarly, .stepFailed, "did not run to its end: the shell was gone before",
                "the account's login shell may not let commands run"
            ),
        ] as [(CommandResult.Exit, DeployError.Code, String, String?)])
    func `an end has its words`(exit: CommandResult.Exit, code: DeployError.Code, words: String, hint: String?) {
        let error = error(exit)
        #expect(error?.code == code)
        #expect(error?.message == "step `migrate` \(words)")
        #expect(error?.evidence == ["last words"])
        if let hint { #expect(error?.hint?.hasPrefix(hint) == true) } else { #expect(error?.hint == nil) }
    }

    @Test func `status 0 is no failure`() {
        #expect(error(.status(0)) == nil)
    }

    @Test func `with a login shell there is nothing to advise on a missing command`() {
        #expect(error(.status(127), { $0.shell = .login })?.hint == "a command was not found")
    }

    @Test(arguments: [
        "sudo: a password is required\n", "sudo: a terminal is required to read the password\n",
        "Sorry, user ada is not allowed to execute '/bin/sh -s' as app on web-1.\n",
        "ada is not in the sudoers file.\n",
    ])
    func `sudo's refusal is known by its words`(said: String) {
        let hint = error(.endedEarly, { $0.sudo = .user("app") }, standardError: "motd\n" + said)?.hint
        #expect(hint?.contains("`ada ALL=(app) NOPASSWD: /bin/sh -s`") == true)
    }
}
