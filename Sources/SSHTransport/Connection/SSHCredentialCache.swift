/// Key files, known hosts files and secrets, each read or asked for once for all connections of a process.
package actor SSHCredentialCache {
    private var identities: [IdentityFile: Identity] = [:]
    private var certificates: [String: Result<UserCertificate, PrivateKeyError>] = [:]
    private var textIdentities: [IdentityText: Identity] = [:]
    private var knownHosts: [KnownHostsSources: KnownHosts] = [:]
    private var unlocking: [IdentityFile: Task<Identity, Never>] = [:]
    /// Files whose passphrase has been asked for.
    private var asked: Set<IdentityFile> = []
    private var passwords: [PasswordKey: Task<Result<SecretText?, LoginSecretSource.Failure>, Never>] = [:]

    private struct PasswordKey: Hashable {
        var source: String
        var user: String
        var isForSudo: Bool
    }

    package init() {}

    /// The key of a file, or why there is none.
    ///
    /// - Parameter canAsk: somebody can be asked for its passphrase; it is `.locked` then until ``unlock(_:by:)``.
    func identity(_ file: IdentityFile, canAsk: Bool = false) -> Identity {
        let identity = identities[file] ?? file.load(passphrase: nil)
        identities[file] = identity
        if canAsk, !asked.contains(file), case .publicKey(let blob, _, let error?) = identity,
            error.code == .passphraseRequired
        {
            return .locked(blob: blob, file: file, reason: error)
        }
        return identity
    }

    func identity(_ text: IdentityText) -> Identity {
        if let known = textIdentities[text] { return known }
        let identity = text.load(passphrase: nil)
        textIdentities[text] = identity
        return identity
    }

    /// Whether a file's passphrase has to be known before its key can even be offered: nothing tells the public key.
    func isSealed(_ file: IdentityFile) -> Bool {
        guard !asked.contains(file), case .unusable(let error) = identity(file) else { return false }
        return error.code == .passphraseRequired
    }

    /// Asks for the passphrase of a file, once for all who need it, and reads the key.
    func unlock(_ file: IdentityFile, by source: LoginSecretSource) async {
        let task =
            unlocking[file]
            ?? Task {  // Awaited by everyone who needs the key; whoever types or runs a command ends it.
                await Self.unlocked(file, by: source)
            }
        unlocking[file] = task
        identities[file] = await task.value
        asked.insert(file)
    }

    /// The certificate of a file, or why there is none.
    func certificate(_ path: String) -> Result<UserCertificate, PrivateKeyError> {
        if let known = certificates[path] { return known }
        let read = Result { () throws(PrivateKeyError) in try UserCertificate.load(path) }
        certificates[path] = read
        return read
    }

    /// The password, if it has been asked for.
    func knownPassword(of user: String, by source: LoginSecretSource) async -> Result<
        SecretText?, LoginSecretSource.Failure
    >? {
        await passwords[PasswordKey(source: source.name, user: user, isForSudo: false)]?.value
    }

    /// The password of a user, asked for once for all hosts.
    ///
    /// - Parameters:
    ///   - host: the one that needs it first.
    ///   - isForSudo: it is for sudo on the host, not for the login.
    @discardableResult
    func password(
        of user: String, host: String, isForSudo: Bool = false, by source: LoginSecretSource
    ) async -> Result<SecretText?, LoginSecretSource.Failure> {
        let key = PasswordKey(source: source.name, user: user, isForSudo: isForSudo)
        let question: LoginSecretSource.Question =
            isForSudo ? .sudoPassword(user: user, host: host) : .password(user: user, host: host)
        let task =
            passwords[key]
            ?? Task {  // Awaited by everyone who needs it; whoever types or runs a command ends it.
                do throws(LoginSecretSource.Failure) {
                    return .success(try await source.answer(question))
                } catch {
                    return .failure(error)
                }
            }
        passwords[key] = task
        return await task.value
    }

    /// The known hosts of all `paths` and of the text together; a file that is not there counts as empty, as in ssh(1).
    func knownHosts(_ paths: [String], _ text: KnownHostsText?) -> KnownHosts {
        let sources = KnownHostsSources(paths: paths, text: text)
        if let known = knownHosts[sources] { return known }
        let read = KnownHosts(readingFiles: paths, text)
        knownHosts[sources] = read
        return read
    }

    /// Records the first key of a host in the first of the files, and forgets what was read of them.
    ///
    /// - Returns: the verdict of the files as they are now.
    func record(
        _ key: HostKey, for name: KnownHostsName, in paths: [String], isHashed: Bool
    ) async throws(KnownHostsFileError) -> KnownHostsVerdict {
        guard let first = paths.first else {
            throw KnownHostsFileError(path: "", reason: "there is no file of known hosts to record the key in")
        }
        // Afterwards: what another connection read meanwhile is old by then.
        defer { knownHosts = knownHosts.filter { !$0.key.paths.contains(first) } }
        return try await KnownHostsFile(path: first).record([key], for: name, besides: paths, isHashed: isHashed)
    }

    // MARK: Private

    private nonisolated static func unlocked(_ file: IdentityFile, by source: LoginSecretSource) async -> Identity {
        var identity = file.load(passphrase: nil)
        for attempt in 0..<max(1, source.attempts) {
            let passphrase: SecretText?
            do throws(LoginSecretSource.Failure) {
                passphrase = try await source.answer(.passphrase(path: file.path, isRepeated: attempt > 0))
            } catch {
                return identity.explained("it is encrypted, and \(error)")
            }
            guard let passphrase else { return identity.explained("it is encrypted, and no passphrase was given") }
            identity = file.load(passphrase: Array(passphrase.exposed.utf8))
            guard identity.error?.code == .wrongPassphrase else { return identity }
        }
        return identity
    }
}

extension Identity {
    fileprivate var error: PrivateKeyError? {
        switch self {
        case .privateKey: nil
        case .publicKey(_, _, let error): error
        case .locked(_, _, let error), .unusable(let error): error
        }
    }

    /// The same with another reason.
    fileprivate func explained(_ reason: String) -> Identity {
        guard var error else { return self }
        error.reason = reason
        switch self {
        case .publicKey(let blob, let path, _): return .publicKey(blob: blob, path: path, reason: error)
        case .locked, .privateKey, .unusable: return .unusable(error)
        }
    }
}

private struct KnownHostsSources: Hashable {
    var paths: [String]
    var text: KnownHostsText?
}
