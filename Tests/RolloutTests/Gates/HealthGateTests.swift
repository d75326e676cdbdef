import DeployModel
import Testing

@testable import Rollout

struct HealthGateTests {
    /// Probes one second apart, `+` good and `-` bad, and the verdict on the last.
    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var probes: String
        var healthyFor: Duration
        var verdict: HealthGate.Verdict

        init(
            _ description: String, _ probes: String, healthyFor: Duration = .zero, _ verdict: HealthGate.Verdict
        ) {
            testDescription = description
            self.probes = probes
            self.healthyFor = healthyFor
            self.verdict = verdict
        }
    }

    @Test(arguments: [
        Row("one good probe of two is not enough", "+", .waiting),
        Row("two in a row are", "++", .healthy),
        Row("bad ones before are borne", "----++", .healthy),
        Row("a bad one in between starts it anew", "+-+", .waiting),
        Row("two good ones that are not in a row are not enough", "+-+-+", .waiting),
        Row("it must stay good", "++", healthyFor: .seconds(3), .waiting),
        Row("for the whole time", "+++++", healthyFor: .seconds(3), .healthy),
        Row("a bad one in that time starts it anew", "++++-+++", healthyFor: .seconds(3), .waiting),
        Row("in every part", "++++-+++++", healthyFor: .seconds(3), .healthy),
        Row("the start timeout ends it", "----------", .timedOut),
        Row("one good probe at the end is too late", "---------+", .timedOut),
        Row("good by the end may still prove that it stays so", "--------++++", healthyFor: .seconds(2), .healthy),
        Row("and fails with the first bad one", "--------++-", healthyFor: .seconds(2), .timedOut),
        Row("an app that flaps is never healthy", "+-+-+-+-+-", .timedOut),
    ])
    func `a host is judged by its probes`(row: Row) {
        var gate = HealthGate(
            successes: 2, healthyFor: row.healthyFor, startTimeout: .seconds(10), startedAt: .zero)
        var verdict: HealthGate.Verdict?
        for (second, probe) in row.probes.enumerated() {
            let observation = HealthObservation(isHealthy: probe == "+", detail: probe == "+" ? "200" : "503")
            verdict = gate.observe(observation, at: .seconds(second + 1))
        }
        #expect(verdict == row.verdict)
    }

    @Test func `the longest good stretch and the last bad answer are kept for the message`() {
        var gate = HealthGate(successes: 5, healthyFor: .zero, startTimeout: .seconds(60), startedAt: .zero)
        for (second, isHealthy) in [true, true, true, false, true, true].enumerated() {
            _ = gate.observe(
                HealthObservation(isHealthy: isHealthy, detail: "probe \(second)"), at: .seconds(second))
        }
        #expect(gate.longestGoodStretch == .seconds(2))
        #expect(gate.lastBadObservation?.detail == "probe 3")
        #expect(gate.probeCount == 6)
    }

    @Test func `an old release that was not restarted has no start-up time`() {
        let health = HealthConfiguration(
            check: .tcp(port: 80), interval: .seconds(2), timeout: .seconds(5), successes: 2,
            startTimeout: .seconds(600), healthyFor: .seconds(600))
        var gate = HealthGate(steady: health, startedAt: .zero)
        let bad = HealthObservation(isHealthy: false, detail: "503")
        #expect(gate.observe(bad, at: .seconds(20)) == .waiting)
        #expect(gate.observe(bad, at: .seconds(21)) == .timedOut)
    }
}
