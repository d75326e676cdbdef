/// How much is said.
package enum Verbosity: Sendable, Hashable {
    /// Failures, warnings and the end (`-q`).
    case quiet
    case normal
    /// Every stage and what the steps print (`-v`).
    case verbose

    var threshold: Importance {
        switch self {
        case .quiet: .problem
        case .normal: .progress
        case .verbose: .detail
        }
    }
}

/// What an event is worth to a reader.
enum Importance: Int, Comparable {
    case detail, progress, problem

    static func < (left: Importance, right: Importance) -> Bool { left.rawValue < right.rawValue }
}
