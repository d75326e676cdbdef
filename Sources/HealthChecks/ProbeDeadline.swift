import DeployModel

/// When one look has to be over.
struct ProbeDeadline: Sendable {
    private let start: ContinuousClock.Instant
    private let limit: Duration

    /// What is left, and never nothing: a wait of zero would be no wait but an error.
    var remaining: Duration { max(.milliseconds(1), limit - elapsed) }

    var elapsed: Duration { start.duration(to: .now) }

    /// Ends `look` at the deadline, whatever it waits for. That the host could not be asked is an observation too.
    static func run(
        _ limit: Duration, _ look: @escaping @Sendable (ProbeDeadline) async throws(DeployError) -> HealthObservation
    ) async -> HealthObservation {
        let deadline = ProbeDeadline(start: .now, limit: limit)
        return await withTaskGroup(of: HealthObservation?.self) { group in
            group.addTask {
                do throws(DeployError) {
                    return try await look(deadline)
                } catch {
                    return HealthObservation(error)
                }
            }
            group.addTask {
                // The waits inside `look` end at the deadline too, and know more about what they waited for.
                try? await Task.sleep(for: limit + .milliseconds(250))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
                ?? HealthObservation(
                    isHealthy: false,
                    detail: Task.isCancelled ? "cancelled" : "nothing seen within \(limit.inMilliseconds)")
        }
    }
}

extension HealthObservation {
    /// The host, or a way through its connection, could not be had.
    init(_ error: DeployError) {
        self.init(isHealthy: false, detail: error.message, evidence: error.evidence)
    }
}

extension Duration {
    /// `12 ms`, `5 s`, `1.5 s`.
    var inMilliseconds: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if seconds == 0 { return "\(milliseconds) ms" }
        let tenths = milliseconds / 100
        return tenths == 0 ? "\(seconds) s" : "\(seconds).\(tenths) s"
    }
}
