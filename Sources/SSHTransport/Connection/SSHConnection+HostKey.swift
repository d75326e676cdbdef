/// The server's proof of identity, before anything about the user is sent.
extension SSHConnection {
    /// The name and port the host stands under in the known hosts files; an alias has no port, as in ssh_config(5).
    var knownHostsName: (host: String, port: Int) {
        settings.hostKeyAlias.map { ($0, 22) } ?? (settings.address, settings.port)
    }

    func verifyHostKey(_ knownHosts: KnownHosts) throws(SSHError) {
        let blob = session?.hostKey ?? []
        guard let keyType = PublicKeyBlob.keyType(of: blob) else {
            throw failure(.keyExchangeFailed, "the server's host key cannot be read")
        }
        let fingerprint = HostKeyFingerprint(of: blob)
        let (host, port) = knownHostsName
        let name = port == 22 ? host : "[\(host)]:\(port)"
        switch knownHosts.verdict(host: host, port: port, keyType: keyType, blob: blob) {
        case .accepted: return
        case .unknown:
            let files = settings.knownHostsFiles.map { "`\($0)`" }.joined(separator: ", ")
            throw failure(
                .hostKeyUnknown, "the host key of `\(name)` is not known: \(keyType) \(fingerprint)",
                hint:
                    "compare the fingerprint on the host (`ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub`), then add the key to "
                    + (files.isEmpty ? "a known hosts file" : files))
        case .changed(let entries):
            let known = entries.map { "\($0.keyType) \($0.fingerprint) at \($0.file):\($0.line)" }.joined(
                separator: ", ")
            throw failure(
                .hostKeyChanged,
                "the host key of `\(name)` has changed: it showed \(keyType) \(fingerprint), known is \(known)",
                hint:
                    "either someone is between you and the host, or the host was set up anew; in that case replace the line"
            )
        case .revoked(let entry):
            throw failure(
                .hostKeyRevoked,
                "the host key of `\(name)` is revoked at \(entry.file):\(entry.line): \(keyType) \(fingerprint)",
                hint: "give the host a new key")
        }
    }
}
