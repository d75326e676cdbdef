import DeployModel
import Testing

@testable import Rollout

struct EnableGateTests {
    /// States one second apart and the verdict on the last.
    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var states: [TargetState]
        var expectation: EnableGate.Expectation
        var verdict: EnableGate.Verdict

        init(
            _ description: String, _ states: [TargetState], by expectation: EnableGate.Expectation = .inService,
            _ verdict: EnableGate.Verdict
        ) {
            testDescription = description
            self.states = states
            self.expectation = expectation
            self.verdict = verdict
        }
    }

    private static let sick = TargetState.unhealthy("L4CON")
    private static let unread = TargetState.unknown("no answer")
    private static let good = TargetState.inService

    @Test(arguments: [
        Row("once in service is not enough", [good], .waiting),
        Row("in service for less than the settle period is not enough", [good, good], .waiting),
        Row("in service for the settle period is", [good, good, good], .settled),
        Row(
            "a balancer without an opinion will do", [.assumedInService, .assumedInService, .assumedInService], .settled
        ),
        Row("unhealthy is borne", [sick, .warming("UP 1/2"), good, good, good], .settled),
        Row("unhealthy in between starts it anew", [good, good, sick, good, good], .waiting),
        Row("a reading that failed proves nothing", [good, unread, unread], .waiting),
        Row("and breaks nothing", [good, unread, good], .settled),
        Row("the deadline ends it", Array(repeating: sick, count: 10), .timedOut(sick)),
        Row(
            "still draining is not back", Array(repeating: .draining(inFlight: 0), count: 10),
            .timedOut(.draining(inFlight: 0))),
        Row("good at the deadline may still settle", Array(repeating: sick, count: 8) + [good, good, good], .settled),
        Row("first good at the deadline is too late", Array(repeating: sick, count: 9) + [good], .timedOut(sick)),
        Row(
            "good at the deadline and then not is over", Array(repeating: sick, count: 8) + [good, good, sick],
            .timedOut(sick)),
        Row("let in is enough where it was not in service", [sick, sick, sick], by: .letIn, .settled),
        Row(
            "but draining is not let in", Array(repeating: .draining(inFlight: 0), count: 10), by: .letIn,
            .timedOut(.draining(inFlight: 0))),
        Row("what cannot be read does not wait for ever", Array(repeating: unread, count: 12), .timedOut(unread)),
        Row(
            "nor when it was good before", Array(repeating: good, count: 2) + Array(repeating: unread, count: 12),
            .timedOut(unread)),
    ])
    func `an enable is judged by its readings`(row: Row) {
        var gate = EnableGate(
            expectation: row.expectation, timeout: .seconds(10), settlePeriod: .seconds(2), startedAt: .zero)
        var verdict: EnableGate.Verdict?
        for (second, state) in row.states.enumerated() {
            verdict = gate.observe([state], at: .seconds(second + 1))
        }
        #expect(verdict == row.verdict)
    }

    @Test func `every target must be in service`() {
        var gate = EnableGate(timeout: .seconds(10), settlePeriod: .zero, startedAt: .zero)
        #expect(gate.observe([.inService, Self.sick], at: .seconds(1)) == .waiting)
        #expect(gate.observe([.inService, .inService], at: .seconds(2)) == .waiting)
        #expect(gate.observe([.inService, .inService], at: .seconds(3)) == .settled)
    }

    @Test(arguments: [TargetState.draining(inFlight: nil), .absent, .out("maint")])
    func `who is let in and long after that still taken out is worth asking again`(state: TargetState) {
        var gate = EnableGate(timeout: .seconds(60), settlePeriod: .zero, startedAt: .seconds(100))
        #expect(gate.deadline == .seconds(160))
        #expect(gate.observe([.inService, state], at: .seconds(114)) == .waiting)
        #expect(gate.observe([.inService, .warming("initial")], at: .seconds(116)) == .waiting)
        #expect(gate.observe([.inService, state], at: .seconds(117)) == .overlooked(state))
    }

    @Test func `a restart forgets what was seen`() {
        var gate = EnableGate(timeout: .seconds(10), settlePeriod: .seconds(2), startedAt: .zero)
        #expect(gate.observe([.inService], at: .seconds(1)) == .waiting)
        gate.restart(at: .seconds(600))
        #expect(gate.observe([.inService], at: .seconds(601)) == .waiting)
        #expect(gate.observe([.inService], at: .seconds(603)) == .settled)
    }
}
