import AWSClient
import DeployModel

extension DeployError {
    init(_ error: AWSError) {
        let code: Code =
            switch error.kind {
            case .unreachable: .balancerUnreachable
            case .credentials: .balancerDenied
            case .settings: .invalidConfiguration
            case .cancelled: .interrupted
            case .refused: error.isDenied ? .balancerDenied : .balancerFailed
            case .unreadableAnswer: .balancerFailed
            }
        self.init(
            code, ForeignText.line(error.message), evidence: error.evidence.map(ForeignText.line), hint: error.hint)
    }

    /// Runs calls to AWS, and says what failed in the rollout's words.
    static func fromAWS<Value: Sendable>(
        _ body: () async throws(AWSError) -> Value
    ) async throws(DeployError) -> Value {
        do throws(AWSError) {
            return try await body()
        } catch {
            throw DeployError(error)
        }
    }
}
