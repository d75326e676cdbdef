package import NIOCore
internal import NIOPosix

/// Asks an ssh-agent for its keys and for signatures.
///
/// Every exchange has a connection and a deadline of its own, so that a request which waits for its user (a key added with
/// `ssh-add -c`, a locked password manager) holds up no other.
package struct AgentClient: Sendable {
    package let socketPath: String

    /// The longest an exchange may take, connecting included.
    package let deadline: Duration

    private let eventLoopGroup: any EventLoopGroup

    /// - Parameter socketPath: the agent's unix socket: `SSH_AUTH_SOCK`, or ssh_config's `IdentityAgent`.
    package init(
        socketPath: String, deadline: Duration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.socketPath = socketPath
        self.deadline = deadline
        self.eventLoopGroup = eventLoopGroup
    }

    /// The keys the agent holds, in its own order. None is no error.
    package func identities() async throws(AgentError) -> [AgentIdentity] {
        let request = AgentRequest.identities
        let message = try await exchange(request)
        do {
            return try AgentAnswer.identities(in: message)
        } catch {
            throw explain(error, request)
        }
    }

    /// Has the agent sign `data`, in the form of `PrivateKey.signature(over:algorithm:)`.
    ///
    /// - Parameters:
    ///   - blob: the key as the agent listed it.
    ///   - flags: 4 asks an RSA key for `rsa-sha2-512`, 2 for `rsa-sha2-256`, 0 for the key's own algorithm.
    /// - Throws: `.malformedAnswer` also where the agent signed by another algorithm than asked: old ones ignore the flags.
    package func sign(blob: [UInt8], data: [UInt8], flags: UInt32) async throws(AgentError) -> [UInt8] {
        let request = AgentRequest.sign(blob: blob, data: data, flags: flags)
        let message = try await exchange(request)
        let answer: (algorithm: String, signature: [UInt8])
        do {
            answer = try AgentAnswer.signature(in: message)
        } catch {
            throw explain(error, request)
        }
        let expected = SignatureAlgorithm.name(forKeyType: AgentIdentity(blob: blob, comment: "").keyType, flags: flags)
        guard answer.algorithm == expected else {
            throw .malformedAnswer(
                socketPath: socketPath, request: request.name,
                reason: "it signed by `\(answer.algorithm)` instead of `\(expected)`")
        }
        return answer.signature
    }

    // MARK: Private

    private func exchange(_ request: AgentRequest) async throws(AgentError) -> [UInt8] {
        try await AgentExchange(request, socketPath: socketPath, deadline: deadline).run(on: eventLoopGroup)
    }

    private func explain(_ failure: AgentAnswer.Failure, _ request: AgentRequest) -> AgentError {
        switch failure {
        case .refused: .refused(socketPath: socketPath, request: request.name)
        case .malformed(let reason):
            .malformedAnswer(socketPath: socketPath, request: request.name, reason: reason)
        }
    }
}
