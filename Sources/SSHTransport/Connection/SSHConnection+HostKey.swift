import Logging

/// The server's proof of identity, before anything about the user is sent.
extension SSHConnection {
    func verifyHostKey(_ knownHosts: KnownHosts) async throws(SSHError) {
        let key = try shownHostKey()
        let name = settings.knownHostsName
        let known = knownHosts.lookUp(host: name.host, port: name.port)
        let verdict = known.verdict(keyType: key.type, blob: key.blob)
        guard verdict == .unknown, case .record(let isHashed) = settings.unknownHosts,
            known.certificateAuthorities.isEmpty
        else { return try judge(key, verdict, authorities: known.certificateAuthorities) }
        let recorded: KnownHostsVerdict
        do throws(KnownHostsFileError) {
            recorded = try await settings.credentials.record(
                key, for: name, in: settings.knownHostsFiles, isHashed: isHashed)
        } catch {
            throw failure(
                .localFailure, "the first host key of `\(name)` cannot be recorded: \(error)", underlying: error)
        }
        if let terminalError { throw terminalError }
        try judge(key, recorded, authorities: [])
        logger.notice("recorded a host key", metadata: ["name": "\(name)", "key": "\(key.type) \(key.fingerprint)"])
    }

    /// The key the server has proved to hold, after the key exchange.
    func shownHostKey() throws(SSHError) -> HostKey {
        guard let key = HostKey(blob: session?.hostKey ?? []) else {
            throw failure(.keyExchangeFailed, "the server's host key cannot be read")
        }
        return key
    }

    // MARK: Private

    private func judge(
        _ key: HostKey, _ verdict: KnownHostsVerdict, authorities: [KnownHostsEntry]
    ) throws(SSHError) {
        let name = settings.knownHostsName
        switch verdict {
        case .accepted: return
        case .unknown:
            let files = settings.knownHostsFiles.map { "`\($0)`" }.joined(separator: ", ")
            let authority = authorities.first.map {
                "; \($0.file):\($0.line) names an authority of host certificates, which are not supported"
            }
            throw failure(
                .hostKeyUnknown,
                "the host key of `\(name)` is not known: \(key.type) \(key.fingerprint)\(authority ?? "")",
                hint:
                    "compare the fingerprint on the host (`ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub`), then add the key to "
                    + (files.isEmpty ? "a known hosts file" : files) + " (`deploy trust \(settings.label)`)")
        case .changed(let entries):
            let known = entries.map { "\($0.keyType) \($0.fingerprint) at \($0.file):\($0.line)" }.joined(
                separator: ", ")
            throw failure(
                .hostKeyChanged,
                "the host key of `\(name)` has changed: it showed \(key.type) \(key.fingerprint), known is \(known)",
                hint:
                    "either someone is between you and the host, or the host was set up anew; in that case "
                    + "`deploy trust \(settings.label) --replace`")
        case .revoked(let entry):
            throw failure(
                .hostKeyRevoked,
                "the host key of `\(name)` is revoked at \(entry.file):\(entry.line): \(key.type) \(key.fingerprint)",
                hint: "give the host a new key")
        }
    }
}
