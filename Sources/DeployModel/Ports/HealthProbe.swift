/// One observation of one host: is it serving? Waiting and thresholds belong to the rollout.
package protocol HealthProbe: Sendable {
    /// Looks once, within the configured timeout of one probe. It never throws: not being able to look is unhealthy.
    func observe(release: ReleaseID?) async -> HealthObservation
}

/// What one probe saw.
package struct HealthObservation: Sendable, Hashable, Codable {
    package var isHealthy: Bool
    /// For people: `200 in 12 ms`, `connection refused at 127.0.0.1:3000`, `503, expected 200`.
    package var detail: String
    /// The beginning of the body or the last output; bounded, control characters escaped.
    package var evidence: [String]

    package init(isHealthy: Bool, detail: String, evidence: [String] = []) {
        self.isHealthy = isHealthy
        self.detail = detail
        self.evidence = evidence
    }
}
