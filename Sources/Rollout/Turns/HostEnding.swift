import DeployModel

/// How a host's turn ended.
enum HostEnding: Sendable, Hashable {
    /// On the new release, and back in rotation if it had been in it.
    case deployed
    /// Out of rotation, as a drain was asked for.
    case drained
    /// In rotation, as an enable was asked for.
    case enabled
    /// As it was found: never moved, or put back before the switch.
    case unchanged(Cause)
    /// Back on the old release, and in rotation.
    case rolledBack(Cause)
    /// Not as it should be, and named. `isDeliberate` where the policy says to leave a failed host alone; `obstacle` is
    /// what kept it from being restored.
    case leftOut(Cause, isDeliberate: Bool, obstacle: DeployError?)

    /// Why a turn did not reach its goal.
    enum Cause: Sendable, Hashable {
        case failed(DeployError)
        case stopped(StopReason)
    }

    /// The host's targets are where they should be: they count again.
    var isReturned: Bool {
        switch self {
        case .deployed, .enabled, .unchanged, .rolledBack: true
        case .drained, .leftOut: false
        }
    }
}
