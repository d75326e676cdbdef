extension AuthenticationPlan.Offer {
    package enum SigningError: Error, Hashable, CustomStringConvertible {
        case key(PrivateKeyError)
        case agent(AgentError)
        case request(SSHWire.Malformed)
        /// There is no agent to ask, though the offer came from one.
        case noAgent
        /// Its passphrase is not known yet.
        case locked

        package var description: String {
            switch self {
            case .key(let error): error.description
            case .agent(let error): error.description
            case .request(let error): "libssh2 asked to sign something that is no request to log in: \(error)"
            case .noAgent: "there is no ssh-agent to ask"
            case .locked: "it is encrypted and needs its passphrase"
            }
        }
    }

    /// Signs what libssh2 asks to have signed, by the algorithm that it names.
    ///
    /// - Parameter agent: the agent that listed the key; not used for a key from a file.
    package func signature(overRequest data: [UInt8], agent: AgentClient?) async throws(SigningError) -> [UInt8] {
        let request: SignatureRequest
        do { request = try SignatureRequest(signedData: data) } catch { throw .request(error) }
        switch signer {
        case .key(let key):
            do {
                return try key.signature(over: data, algorithm: request.algorithm)
            } catch {
                throw .key(error)
            }
        case .locked: throw .locked
        case .agent(let identity):
            guard let agent else { throw .noAgent }
            do {
                return try await agent.sign(
                    blob: identity.blob, data: data, flags: SignatureAlgorithm.agentFlags(for: request.algorithm))
            } catch {
                throw .agent(error)
            }
        }
    }
}
