/// When a step runs, in the order of a rollout.
package enum StepPhase: String, Sendable, Hashable, Codable, CaseIterable {
    /// Once, on the machine that runs `deploy`, before the upload.
    case build
    /// On every host, in the new release, hosts still in rotation.
    case prepare
    /// On one host, once a run, after every host is prepared and before any traffic is moved.
    case onceBefore = "once_before"
    /// Out of rotation, the old release still current.
    case drained
    /// The link has been switched.
    case activate
    /// Healthy, not yet in rotation.
    case healthy
    /// On one host, once a run, after the last batch.
    case onceAfter = "once_after"
    /// Evidence from a host that failed; its own failure changes nothing.
    case failed
}
