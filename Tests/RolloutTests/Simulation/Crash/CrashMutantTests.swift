import Testing

/// Each mistake in writing down, in taking over and in going back is caught.
struct CrashMutantTests {
    private static let seedLimit: UInt64 = 2000

    @Test(arguments: CrashMutant.allCases)
    func `a deploy with a mistake is caught`(mutant: CrashMutant) async {
        for seed in 0..<Self.seedLimit {
            if await !CrashSimulation.result(seed: seed, of: mutant).violations.isEmpty { return }
            await Task.yield()
        }
        Issue.record("a deploy that \(mutant.rawValue) was not caught by \(Self.seedLimit) seeds")
    }
}
