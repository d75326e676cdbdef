import DeployModel
import Synchronization

/// Looks for the secret in what is published.
final class SecretSink: EventSink {
    static let secret = Secret("hunter2-tok3n")

    private let seen = Mutex(false)

    var hasSeenSecret: Bool { seen.withLock { $0 } }

    func receive(_ event: DeployEvent) {
        switch event.kind {
        case .warning, .hostFailed, .hostFinished:
            guard "\(event.kind)".contains(Self.secret.exposed) else { return }
            seen.withLock { $0 = true }
        default: return
        }
    }
}
