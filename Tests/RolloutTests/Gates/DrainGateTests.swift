import DeployModel
import Testing

@testable import Rollout

struct DrainGateTests {
    /// A sequence of readings one second apart (unless said) and the verdict on the last.
    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var readings: [[TargetState]]
        var every: Duration = .seconds(1)
        var verdict: DrainGate.Verdict

        init(
            _ description: String, _ readings: [[TargetState]], every: Duration = .seconds(1),
            _ verdict: DrainGate.Verdict
        ) {
            testDescription = description
            self.readings = readings
            self.every = every
            self.verdict = verdict
        }
    }

    private static let quiet = TargetState.draining(inFlight: 0)
    private static let busy = TargetState.draining(inFlight: 3)
    private static let unread = TargetState.unknown("no answer")

    @Test(arguments: [
        Row("one quiet reading is not enough", [[quiet]], .waiting(inFlight: 0)),
        Row("two quiet readings are", [[quiet], [quiet]], .drained),
        Row(
            "two readings of one moment count once", [[quiet], [quiet]], every: .milliseconds(10), .waiting(inFlight: 0)
        ),
        Row("work in flight is waited for", [[busy], [busy]], .waiting(inFlight: 3)),
        Row("work in between starts it anew", [[quiet], [busy], [quiet]], .waiting(inFlight: 0)),
        Row("out is quiet", [[.out("maint")], [.out("maint")]], .drained),
        Row("absent is quiet", [[.absent], [.absent]], .drained),
        Row(
            "a balancer that cannot count is waited for", [[.draining(inFlight: nil)], [.draining(inFlight: nil)]],
            .waiting(inFlight: nil)),
        Row("until it calls the target absent", [[.draining(inFlight: nil)], [.absent], [.absent]], .drained),
        Row("every target must be quiet", [[quiet, busy], [quiet, busy]], .waiting(inFlight: 3)),
        Row("what is in flight adds up", [[busy, busy]], .waiting(inFlight: 6)),
        Row("a reading that failed proves nothing", [[quiet], [unread]], .waiting(inFlight: 0)),
        Row("and breaks nothing", [[quiet], [unread], [quiet]], .drained),
        Row("a stale state after the request is borne", [[.inService], [.inService]], .waiting(inFlight: nil)),
        Row("in rotation again is lost", [[busy], [.inService]], .lost(.inService)),
        Row(
            "so is merely unhealthy: it may be let in any time", [[busy], [.unhealthy("L4CON")]],
            .lost(.unhealthy("L4CON"))),
        Row("a drain that was never accepted is lost", Array(repeating: [.inService], count: 10), .lost(.inService)),
        Row("the timeout says what is left", Array(repeating: [busy], count: 10), .timedOut(inFlight: 3)),
        Row(
            "the timeout holds for what cannot be read", Array(repeating: [unread], count: 10),
            .timedOut(inFlight: nil)),
    ])
    func `a drain is judged by its readings`(row: Row) {
        var gate = DrainGate(timeout: .seconds(10), startedAt: .zero)
        var verdict: DrainGate.Verdict?
        var now: Duration = .zero
        for reading in row.readings {
            now += row.every
            verdict = gate.observe(reading, at: now)
        }
        #expect(verdict == row.verdict)
    }

    @Test func `what the balancer cannot count was not nothing`() {
        var gate = DrainGate(timeout: .seconds(60), startedAt: .zero)
        for (second, state) in [TargetState.draining(inFlight: nil), .absent, .absent].enumerated() {
            _ = gate.observe([state], at: .seconds(second))
        }
        #expect(gate.firstInFlight == nil)
        var counted = DrainGate(timeout: .seconds(60), startedAt: .zero)
        for (second, state) in [Self.busy, Self.quiet, .absent].enumerated() {
            _ = counted.observe([state], at: .seconds(second))
        }
        #expect(counted.firstInFlight == 3)
    }

    @Test func `a stale state is borne for fifteen seconds`() {
        var gate = DrainGate(timeout: .seconds(60), startedAt: .zero)
        #expect(gate.observe([.inService], at: .seconds(14)) == .waiting(inFlight: nil))
        #expect(gate.observe([.inService], at: .seconds(15)) == .lost(.inService))
    }

    @Test func `a restart forgets quiet readings and the time that passed`() {
        var gate = DrainGate(timeout: .seconds(10), startedAt: .zero)
        #expect(gate.observe([Self.quiet], at: .seconds(1)) == .waiting(inFlight: 0))
        gate.restart(at: .seconds(600))
        #expect(gate.observe([Self.quiet], at: .seconds(601)) == .waiting(inFlight: 0))
        #expect(gate.observe([Self.quiet], at: .seconds(602)) == .drained)
    }
}
