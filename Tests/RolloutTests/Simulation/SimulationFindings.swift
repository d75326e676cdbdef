import Foundation

/// What many seeds of a simulation came to.
struct SimulationFindings {
    /// The first violations, each with the variable that replays its seed.
    var failures: [String] = []
    /// How many seeds have been where.
    var landmarks: [String: Int] = [:]

    /// Runs seeds from 0 on, on all processors.
    ///
    /// - Parameter replay: the environment variable that replays a seed.
    static func gathered(
        seeds: UInt64, replay: String,
        _ result: @escaping @Sendable (UInt64) async -> (violations: [String], Set<String>)
    ) async -> SimulationFindings {
        let workers = UInt64(max(1, ProcessInfo.processInfo.activeProcessorCount))
        return await withTaskGroup(of: SimulationFindings.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var findings = SimulationFindings()
                    for seed in stride(from: worker, to: seeds, by: Int(workers)) where findings.failures.count < 5 {
                        let (violations, landmarks) = await result(seed)
                        if let first = violations.first { findings.failures.append("\(replay)=\(seed): \(first)") }
                        for landmark in landmarks { findings.landmarks[landmark, default: 0] += 1 }
                        // Other tests wait for something, and share the threads.
                        await Task.yield()
                    }
                    return findings
                }
            }
            return await group.reduce(into: SimulationFindings()) { all, part in
                all.failures += part.failures
                all.landmarks.merge(part.landmarks, uniquingKeysWith: +)
            }
        }
    }
}
