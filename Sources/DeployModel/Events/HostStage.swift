/// How far a host is on its way through a rollout.
package enum HostStage: String, Sendable, Hashable, Codable, CaseIterable {
    case preflight, upload, prepare
    case onceBefore = "once_before"
    case drain, drained, `switch`, activate, health, healthy, enable
    /// A canary, watched for a time after it was enabled.
    case bake
    case rollback
    case onceAfter = "once_after"
}
