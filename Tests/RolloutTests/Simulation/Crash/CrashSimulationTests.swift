import Foundation
import Testing

@testable import Rollout

/// Thousands of services whose deploys vanish at any moment, and what comes after; every property of ``CrashWatch`` holds.
///
/// `ROLLOUT_CRASH_SEED=42` replays one seed and prints its story; `ROLLOUT_CRASH_SEEDS=100000` runs more of them.
struct CrashSimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seedCount = environment["ROLLOUT_CRASH_SEEDS"].flatMap { UInt64($0) } ?? 1500

    /// Each of these is reached by one seed in two thousand at least, where so many are run.
    private static let places = [
        "vanishes", "stands still", "is refused the lease", "loses its lease", "takes over what was drained",
        "begins a rollout", "begins a abort", "asks a person about a once step", "cannot resume without the files",
        "a resume ends as one clean run",
    ]

    @Test func `whatever vanishes, the next command finds it and puts it in order`() async {
        if let seed = Self.environment["ROLLOUT_CRASH_SEED"].flatMap({ UInt64($0) }) {
            for line in await CrashSimulation.story(seed: seed) {
                FileHandle.standardError.write(Data("\(line)\n".utf8))
            }
            #expect(await CrashSimulation.result(seed: seed).violations == [])
            return
        }
        let findings = await SimulationFindings.gathered(seeds: Self.seedCount, replay: "ROLLOUT_CRASH_SEED") { seed in
            let result = await CrashSimulation.result(seed: seed)
            return (result.violations, result.landmarks.union(result.faults.map(\.rawValue)))
        }
        #expect(findings.failures == [])
        for place in Self.places + SimulatedFault.allCases.map(\.rawValue) where Self.seedCount >= 1000 {
            #expect(findings.landmarks[place, default: 0] * 2000 >= Int(Self.seedCount), "\(place)")
        }
    }
}
