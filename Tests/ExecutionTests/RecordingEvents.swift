import DeployModel
import Synchronization

/// Keeps every fact that is published.
final class RecordingEvents: EventPublisher {
    private let published = Mutex<[DeployEvent.Kind]>([])
    private let reaction = Mutex<(@Sendable (DeployEvent.Kind) -> Void)?>(nil)

    var kinds: [DeployEvent.Kind] { published.withLock { $0 } }

    /// One word or two for each fact about a step.
    var transcript: [String] {
        kinds.compactMap { kind in
            switch kind {
            case .stepStarted(_, _, let step): "started \(step)"
            case .stepPrinted(_, _, _, let line): "\(line.stream == .standardError ? "!" : "")\(line.text)"
            case .stepFinished(_, _, let step, _): "finished \(step)"
            case .stepFailed(_, _, let step, _, let isIgnored): "\(isIgnored ? "ignored" : "failed") \(step)"
            case .warning(_, let message): "warning: \(message)"
            default: nil
            }
        }
    }

    func publish(_ kind: DeployEvent.Kind) {
        published.withLock { $0.append(kind) }
        reaction.withLock { $0 }?(kind)
    }

    /// Does something at each fact, before whoever published it goes on.
    func atEach(_ react: @escaping @Sendable (DeployEvent.Kind) -> Void) {
        reaction.withLock { $0 = react }
    }
}
