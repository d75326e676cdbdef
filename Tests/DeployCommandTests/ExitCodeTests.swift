import DeployModel
import TestSupport
import Testing

@testable import deploy

struct ExitCodeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var ending: RunOutcome.Ending
        var state: RunOutcome.FleetState
        var failedStage: HostStage?
        var hosts: [HostOutcome] = []
        var signal: StopSignal?
        var code: ExitCode

        var testDescription: String { what }
    }

    static let updated = host(.succeeded, touched: true)
    static let untouched = host(.skipped, touched: false)
    static let restored = host(.failed, touched: true)

    @Test(arguments: [
        Case(what: "all new", ending: .succeeded, state: .allNew, hosts: [updated, updated], code: .success),
        Case(
            what: "one failed within the budget", ending: .succeeded, state: .mixedServing, hosts: [updated, restored],
            code: .finishedWithFailures),
        Case(
            what: "one skipped as unreachable", ending: .succeeded, state: .allNew, hosts: [updated, untouched],
            code: .finishedWithFailures),
        Case(
            what: "preflight", ending: .failed, state: .allOld, failedStage: .preflight, hosts: [untouched],
            code: .notStarted),
        Case(
            what: "upload", ending: .failed, state: .allOld, failedStage: .upload, hosts: [untouched], code: .notStarted
        ),
        Case(what: "build", ending: .failed, state: .allOld, code: .notStarted),
        Case(
            what: "once_before", ending: .failed, state: .allOld, failedStage: .onceBefore, hosts: [untouched],
            code: .onceBeforeFailed),
        Case(what: "put back", ending: .failed, state: .allOld, hosts: [restored, untouched], code: .rolledBack),
        Case(
            what: "after the canary", ending: .paused, state: .mixedServing, hosts: [updated, untouched], code: .paused),
        Case(what: "mixed", ending: .failed, state: .mixedServing, hosts: [updated, restored], code: .mixed),
        Case(
            what: "once_after", ending: .failed, state: .allNew, failedStage: .onceAfter, hosts: [updated],
            code: .afterwardsFailed),
        Case(what: "a person is needed", ending: .failed, state: .needsPerson, hosts: [restored], code: .needsPerson),
        Case(
            what: "Ctrl-C", ending: .interrupted, state: .mixedServing, hosts: [updated, untouched], signal: .interrupt,
            code: .interrupted),
        Case(what: "SIGTERM", ending: .interrupted, state: .allOld, signal: .terminate, code: .terminated),
        Case(what: "SIGHUP", ending: .interrupted, state: .allOld, signal: .hangUp, code: .terminated),
        Case(
            what: "Ctrl-C that leaves a host out", ending: .interrupted, state: .needsPerson, signal: .interrupt,
            code: .needsPerson),
        Case(
            what: "interrupted by no signal", ending: .interrupted, state: .mixedServing, hosts: [updated, untouched],
            code: .mixed),
        Case(
            what: "a signal too late to matter", ending: .succeeded, state: .allNew, hosts: [updated],
            signal: .interrupt,
            code: .success),
    ])
    func `a run's outcome has one code`(_ example: Case) {
        let outcome = RunOutcome(
            ending: example.ending, state: example.state, failedStage: example.failedStage, hosts: example.hosts,
            reason: nil, duration: .zero)
        #expect(ExitCode(outcome, signal: example.signal) == example.code)
    }

    @Test(arguments: RunOutcome.Ending.allCasesForTests, [true, false])
    func `below 10 nothing was changed`(ending: RunOutcome.Ending, wasTouched: Bool) {
        let states: [RunOutcome.FleetState] = [.allOld, .mixedServing, .needsPerson]
        for state in states {
            let outcome = RunOutcome(
                ending: ending, state: state, failedStage: nil, hosts: [Self.host(.failed, touched: wasTouched)],
                reason: nil, duration: .zero)
            let code = ExitCode(outcome).rawValue
            if wasTouched { #expect(code >= 10) }
        }
    }

    @Test(arguments: [
        (DeployError.Code.invalidConfiguration, ExitCode.configuration), (.invalidRelease, .configuration),
        (.internal, .internalError), (.unreachable, .notStarted), (.localCommandFailed, .notStarted),
    ])
    func `a failure before the run has a code below 10`(error: DeployError.Code, code: ExitCode) {
        #expect(ExitCode(DeployError(error, "x")) == code)
    }

    private static func host(_ result: HostOutcome.Result, touched: Bool) -> HostOutcome {
        HostOutcome(
            host: "web-1", result: result, before: nil, after: nil, rotation: .inRotation, isServing: true,
            wasTouched: touched, duration: .zero, reason: nil)
    }
}

extension RunOutcome.Ending {
    fileprivate static var allCasesForTests: [RunOutcome.Ending] { [.succeeded, .failed, .interrupted] }
}
