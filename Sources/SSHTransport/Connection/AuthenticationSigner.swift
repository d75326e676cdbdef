/// Answers libssh2's one request for a signature, at once by a key in memory or later by an agent.
///
/// Confined to the connection's event loop.
final class AuthenticationSigner {
    enum Answer {
        case signed([UInt8])
        case failed
        /// An agent is asked; libssh2 has to ask again.
        case pending
    }

    private enum State {
        case local(([UInt8]) throws -> [UInt8])
        case waitingForRequest
        case waitingForAgent([UInt8])
        case answered(Answer)
    }

    private var state: State
    /// Why there is no signature.
    private(set) var failure: (any Error)?

    /// Signs on the spot.
    init(signing: @escaping ([UInt8]) throws -> [UInt8]) {
        state = .local(signing)
    }

    /// Leaves the signature to an agent: the owner finds the request in ``agentRequest`` and calls ``supply(_:)``.
    init() {
        state = .waitingForRequest
    }

    /// The data an agent has to sign.
    var agentRequest: [UInt8]? {
        if case .waitingForAgent(let request) = state { request } else { nil }
    }

    func supply(_ signature: Result<[UInt8], any Error>) {
        switch signature {
        case .success(let bytes): state = .answered(.signed(bytes))
        case .failure(let error):
            failure = error
            state = .answered(.failed)
        }
    }

    /// Called by libssh2, again and again while the answer is pending.
    func answer(to request: [UInt8]) -> Answer {
        switch state {
        case .local(let sign):
            do {
                return .signed(try sign(request))
            } catch {
                failure = error
                return .failed
            }
        case .waitingForRequest:
            state = .waitingForAgent(request)
            return .pending
        case .waitingForAgent: return .pending
        case .answered(let answer): return answer
        }
    }
}
