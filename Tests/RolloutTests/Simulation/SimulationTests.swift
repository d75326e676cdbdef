import Foundation
import Testing

@testable import Rollout

/// Thousands of rollouts with random faults, delays and interrupts; every property of ``SafetyWatch`` holds in each.
///
/// `ROLLOUT_SEED=42` replays one seed and prints its story; `ROLLOUT_SEEDS=100000` runs more of them.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seedCount = environment["ROLLOUT_SEEDS"].flatMap { UInt64($0) } ?? 5000

    /// Each of these is reached by one seed in two hundred at least: a property proves little where nobody goes.
    private static let places = [
        "ends succeeded, all_new", "ends succeeded, mixed_serving", "ends failed, all_old",
        "ends failed, mixed_serving", "ends failed, needs_person", "ends interrupted, all_old",
        "ends interrupted, mixed_serving", "ends interrupted, needs_person", "stops: failure_budget_exhausted",
        "stops: interrupted", "stops: host_left_out", "stops: lease_lost", "stops: below_minimum",
        "stops: timed_out", "stops: watch_failed", "rolls back", "has rolled back", "drains again",
        "goes on after the drain timeout", "stops: canary_failed", "ends paused, mixed_serving", "watches a canary",
        "goes back with a host that served", "finds that a host has acted for itself",
    ]

    @Test func `no fault, delay or interrupt breaks a safety property, and the simulation goes everywhere`() async {
        if let seed = Self.environment["ROLLOUT_SEED"].flatMap({ UInt64($0) }) {
            print(Simulation.story(seed: seed).joined(separator: "\n"))
            #expect(Simulation.result(seed: seed).violations == [])
            return
        }
        let findings = await SimulationFindings.gathered(seeds: Self.seedCount, replay: "ROLLOUT_SEED") { seed in
            let result = Simulation.result(seed: seed)
            return (result.violations, result.landmarks)
        }
        #expect(findings.failures == [])
        for place in Self.places {
            #expect(findings.landmarks[place, default: 0] * 200 >= Int(Self.seedCount), "\(place)")
        }
    }
}
