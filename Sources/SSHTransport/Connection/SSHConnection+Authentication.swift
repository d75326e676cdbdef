#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Logging in: with public keys from files and from an agent, and with a password where nothing else is left.
extension SSHConnection {
    /// What the agent holds, or why that is not known; empty where no agent is needed.
    ///
    /// An agent that does not answer leaves half of the time for the keys in files.
    nonisolated func agentIdentities() async -> Result<[AgentIdentity], AgentError> {
        guard let agent = await agentClient(patience: 0.5) else { return .success([]) }
        do {
            return .success(try await agent.identities())
        } catch {
            return .failure(error)
        }
    }

    /// Offers the keys one after the other until the server takes one; then the password, if there is one.
    ///
    /// The list of methods is not asked for first: that would cost a round trip and one of the tries the server allows.
    func authenticate(agent: Result<[AgentIdentity], AgentError>) async throws(SSHError) {
        let plan = try await plan(agent: (try? agent.get()) ?? [])
        var report = AuthenticationReport(plan: plan, agent: agent)
        for offer in plan.offers {
            let refusal: String?
            do { refusal = try await attempt(offer) } catch { throw report.explained(error) }
            guard let refusal else {
                login = LoginRecord(source: offer.source, validBefore: offer.certificate?.validBefore)
                return
            }
            report.refusals.append((offer, refusal))
        }
        if let passwords = settings.passwords {
            report.password = try await authenticate(asking: passwords)
            if report.password == nil { return }
        }
        throw failure(
            report.isAnythingTried ? .authenticationFailed : .noIdentity, report.reason(user: settings.user),
            hint: report.hint)
    }

    // MARK: Private

    /// Reads the keys and decides which to offer.
    private func plan(agent: [AgentIdentity]) async throws(SSHError) -> AuthenticationPlan {
        var identities: [Identity] = []
        var certificates: [UserCertificate] = []
        if let text = settings.identityText { identities.append(await settings.credentials.identity(text)) }
        for file in settings.identityFiles {
            if settings.passphrases != nil, await settings.credentials.isSealed(file) {
                throw missing(.passphrase(file))
            }
            identities.append(await settings.credentials.identity(file, canAsk: settings.passphrases != nil))
        }
        // Beside the keys, as ssh-keygen writes them; those need not be there.
        for path in settings.certificateFiles + settings.identityFiles.map(\.certificatePath) {
            guard case .success(let certificate) = await settings.credentials.certificate(path),
                !certificates.contains(where: { $0.blob == certificate.blob })
            else { continue }
            certificates.append(certificate)
        }
        return AuthenticationPlan(
            identities: identities, certificates: certificates, agentIdentities: agent,
            identitiesOnly: settings.identitiesOnly, serverBanner: session?.serverBanner ?? "",
            libssh2: LibSSH2Version(Self.libraryVersion) ?? LibSSH2Version(1, 10, 0),
            // The question for the methods and the password are tries as well.
            limit: AuthenticationPlan.maximumOffers - (settings.passwords == nil ? 0 : 1))
    }

    /// An agent may wait for its user, but not longer than its part of what is left of the connect timeout.
    private func agentClient(patience: Double = 1) -> AgentClient? {
        settings.agentSocketPath.map {
            AgentClient(
                socketPath: $0, deadline: max(.milliseconds(1), (connectDeadline - ContinuousClock.now) * patience))
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
            // The server would take the key: now the passphrase is worth a question.
            if case .locked(let file) = offer.signer { throw missing(.passphrase(file)) }
            isSignedByAgent = true
            signer.supply(await agentSignature(offer, over: request, by: agentClient()))
        }
    }

    private func signer(for offer: AuthenticationPlan.Offer) -> AuthenticationSigner {
        switch offer.signer {
        case .key(let key):
            // Quick enough for the loop, and half a round of hops shorter.
            AuthenticationSigner { request in
                try key.signature(over: request, algorithm: SignatureRequest(signedData: request).algorithm)
            }
        case .agent, .locked: AuthenticationSigner()
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
        if let reason = signer.failure.map({ "\($0)" }), terminalError == nil { return reason }
        return try refusal(failure) ?? "the server did not take it"
    }

    /// - Returns: nil when the server refused, in whatever way.
    /// - Throws: what ended the connection.
    func refusal(_ failure: StepFailure) throws(SSHError) -> String? {
        // libssh2 also says "not taken" when the connection broke while it waited for the answer.
        if let terminalError { throw terminalError }
        switch failure {
        case .terminated(let error): throw error
        case .library(let error) where session?.buffers.disconnectMessage == nil && error.isAuthenticationRefusal:
            return nil
        case .library(let error):
            throw broken(error)
        }
    }

    /// Ends this attempt; the secret is asked for without a server waiting, then another one is made.
    func missing(_ secret: MissingSecret) -> SSHError {
        missingSecret = secret
        return failure(.authenticationFailed, "a secret has to be asked for first")
    }
}

extension IdentityFile {
    /// Where ssh-keygen(1) puts the certificate of the key.
    fileprivate var certificatePath: String {
        (path.hasSuffix(".pub") ? String(path.dropLast(4)) : path) + "-cert.pub"
    }
}
