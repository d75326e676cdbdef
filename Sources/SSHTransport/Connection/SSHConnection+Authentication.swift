/// Logging in with public keys, from files and from an agent.
extension SSHConnection {
    /// What the agent holds, or why that is not known; empty where no agent is needed.
    nonisolated func agentIdentities() async -> Result<[AgentIdentity], AgentError> {
        guard let agent = await agentClient else { return .success([]) }
        do {
            return .success(try await agent.identities())
        } catch {
            return .failure(error)
        }
    }

    /// Offers the keys one after the other until the server takes one.
    ///
    /// The list of methods is not asked for first: that would cost a round trip and one of the tries the server allows.
    func authenticate(agent: Result<[AgentIdentity], AgentError>) async throws(SSHError) {
        var identities: [Identity] = []
        if let text = settings.identityText { identities.append(await settings.credentials.identity(text)) }
        for file in settings.identityFiles { identities.append(await settings.credentials.identity(file)) }
        let plan = AuthenticationPlan(
            identities: identities, agentIdentities: (try? agent.get()) ?? [], identitiesOnly: settings.identitiesOnly,
            serverBanner: session?.serverBanner ?? "",
            libssh2: LibSSH2Version(Self.libraryVersion) ?? LibSSH2Version(1, 10, 0))
        var report = AuthenticationReport(plan: plan, agent: agent)
        for offer in plan.offers {
            switch try await attempt(offer) {
            case nil: return
            case let refusal?: report.refusals.append((offer, refusal))
            }
        }
        throw failure(
            report.refusals.isEmpty ? .noIdentity : .authenticationFailed, report.reason(user: settings.user),
            hint: report.hint)
    }

    // MARK: Private

    /// An agent may wait for its user, but not longer than the connect timeout.
    private var agentClient: AgentClient? {
        settings.agentSocketPath.map {
            AgentClient(socketPath: $0, deadline: max(.milliseconds(1), connectDeadline - ContinuousClock.now))
        }
    }

    /// - Returns: why the server did not take the key; `nil`: it did.
    private func attempt(_ offer: AuthenticationPlan.Offer) async throws(SSHError) -> String? {
        let signer = signer(for: offer)
        session?.buffers.signer = signer
        defer { session?.buffers.signer = nil }
        let user = settings.user
        var isSignedByAgent = false
        while true {
            var isAccepted = false
            do {
                try await perform { session throws(LibSSH2Error) in
                    if try session.authenticate(user: user, publicKey: offer.blob) == .done {
                        isAccepted = true
                        return .done
                    }
                    return signer.agentRequest == nil ? .wouldBlock : .done
                }
            } catch {
                return try refusal(error, signer)
            }
            if isAccepted { return nil }
            // The call is repeated after the agent's answer; without one it fails by itself.
            guard !isSignedByAgent, let request = signer.agentRequest else { return "the agent gave no signature" }
            isSignedByAgent = true
            signer.supply(await agentSignature(offer, over: request, by: agentClient))
        }
    }

    private func signer(for offer: AuthenticationPlan.Offer) -> AuthenticationSigner {
        switch offer.signer {
        case .key(let key):
            // Quick enough for the loop, and half a round of hops shorter.
            AuthenticationSigner { request in
                try key.signature(over: request, algorithm: SignatureRequest(signedData: request).algorithm)
            }
        case .agent: AuthenticationSigner()
        }
    }

    private nonisolated func agentSignature(
        _ offer: AuthenticationPlan.Offer, over request: [UInt8], by agent: AgentClient?
    ) async -> Result<[UInt8], any Error> {
        do {
            return .success(try await offer.signature(overRequest: request, agent: agent))
        } catch {
            return .failure(error)
        }
    }

    private func refusal(_ failure: StepFailure, _ signer: AuthenticationSigner) throws(SSHError) -> String {
        // libssh2 also says "not taken" when the connection broke while it waited for the answer.
        if let terminalError { throw terminalError }
        switch failure {
        case .terminated(let error): throw error
        case .library(let error) where session?.buffers.disconnectMessage == nil && error.isAuthenticationRefusal:
            return signer.failure.map { "\($0)" } ?? "the server did not take it"
        case .library(let error):
            throw broken(error)
        }
    }
}

/// Why no key was taken, for the error's text.
struct AuthenticationReport {
    var plan: AuthenticationPlan
    var agent: Result<[AgentIdentity], AgentError>
    var refusals: [(offer: AuthenticationPlan.Offer, reason: String)] = []

    func reason(user: String) -> String {
        if refusals.isEmpty {
            return "there is no key to log in as `\(user)` with" + details
        }
        let tried = refusals.map { "`\($0.offer.source)` (\($0.offer.algorithm)): \($0.reason)" }
        return "the server took no key for `\(user)`: " + tried.joined(separator: ", ") + details
    }

    var hint: String {
        if case .failure(let error) = agent, refusals.isEmpty { return "\(error)" }
        return refusals.isEmpty
            ? "name a private key that is readable, or load one into ssh-agent"
            : "check `authorized_keys` of that account on the host"
    }

    private var details: String {
        let leftOut = plan.leftOut.map { "`\($0.source)`: \($0.reason)" }
        return leftOut.isEmpty ? "" : "; not offered: " + leftOut.joined(separator: ", ")
    }
}
