/// Logging in with a password, for servers that take no key.
extension SSHConnection {
    /// - Returns: why the password was of no use; `nil`: the server took it.
    func authenticate(asking source: LoginSecretSource) async throws(SSHError) -> String? {
        let methods = try await methods()
        guard !methods.isEmpty else {
            login = LoginRecord(source: "no authentication")
            return nil
        }
        guard methods.contains("password") || methods.contains("keyboard-interactive") else {
            return "it takes no password, only \(methods.map { "`\($0)`" }.joined(separator: ", "))"
        }
        let answer = await settings.credentials.knownPassword(of: settings.user, by: source)
        let password: SecretText
        switch answer {
        case nil: throw missing(.password)
        case .failure(let error): return "there is no password: \(error)"
        case .success(nil): return "no password was given"
        case .success(let text?): password = text
        }
        var refusal = "the server did not take the password"
        if methods.contains("password") {
            if try await attempt(password: password) { return nil }
        }
        if methods.contains("keyboard-interactive") {
            let answer = HiddenPromptAnswer(password: password)
            if try await attempt(answering: answer) { return nil }
            if let prompt = answer.foreignPrompt {
                refusal += ", and asks for more: \(prompt.debugDescription)"
            }
        }
        return refusal
    }

    // MARK: Private

    private func methods() async throws(SSHError) -> [String] {
        let user = settings.user
        var methods: [String] = []
        do {
            try await perform { session throws(LibSSH2Error) in
                guard let names = try session.authenticationMethods(user: user) else { return .wouldBlock }
                methods = names
                return .done
            }
        } catch {
            _ = try refusal(error)
        }
        return methods
    }

    private func attempt(password: SecretText) async throws(SSHError) -> Bool {
        let user = settings.user
        return try await succeeds { session throws(LibSSH2Error) in
            try session.authenticate(user: user, password: password)
        }
    }

    private func attempt(answering answer: HiddenPromptAnswer) async throws(SSHError) -> Bool {
        session?.buffers.promptAnswer = answer
        defer { session?.buffers.promptAnswer = nil }
        let user = settings.user
        return try await succeeds { session throws(LibSSH2Error) in try session.authenticateInteractively(user: user) }
    }

    private func succeeds(
        _ attempt: @escaping (LibSSH2Session) throws(LibSSH2Error) -> LibSSH2Progress
    ) async throws(SSHError) -> Bool {
        do {
            try await perform(attempt)
        } catch {
            _ = try refusal(error)
            return false
        }
        login = LoginRecord(source: "the password")
        return true
    }
}
