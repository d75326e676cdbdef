import Testing

@testable import Rollout

/// A watch that never barks proves nothing: each machine with a mistake must be caught.
struct MutantTests {
    /// Each is caught within so many seeds; most within a handful, those that need a rare world within 1,100.
    private static let seedLimit: UInt64 = 2000

    @Test(arguments: Mutant.allCases)
    func `a machine with a mistake is caught`(mutant: Mutant) async {
        for seed in 0..<Self.seedLimit {
            if !Simulation.result(seed: seed, of: mutant).violations.isEmpty { return }
            await Task.yield()
        }
        Issue.record("a machine that \(mutant.rawValue) was not caught by \(Self.seedLimit) seeds")
    }
}
