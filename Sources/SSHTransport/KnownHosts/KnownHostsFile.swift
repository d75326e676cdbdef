#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A `known_hosts` file that keys are recorded in.
///
/// Whoever writes holds a lock on it, and judges the key again under that lock: of two runs that meet a host for the first
/// time, the second sees what the first has recorded.
package struct KnownHostsFile: Sendable {
    package let path: String

    /// How long the lock of another process is waited for.
    private let lockDeadline: Duration

    package init(path: String, lockDeadline: Duration = .seconds(10)) {
        self.path = path
        self.lockDeadline = lockDeadline
    }

    /// Adds keys of a host that is not known, at the end of the file.
    ///
    /// The file is made, for its owner alone, if there is none. Nothing is written unless the host is unknown.
    ///
    /// - Parameters:
    ///   - otherPaths: files whose word counts as well.
    ///   - isHashed: the name is hidden behind a hash, as ssh_config's `HashKnownHosts` has it.
    /// - Returns: the first verdict that is not ``KnownHostsVerdict/unknown``; ``KnownHostsVerdict/accepted`` if the keys were
    ///   added, or known already.
    package func record(
        _ keys: [HostKey], for name: KnownHostsName, besides otherPaths: [String] = [], isHashed: Bool = false
    ) async throws(KnownHostsFileError) -> KnownHostsVerdict {
        let file = try await LockedFile.open(path, deadline: lockDeadline)
        defer { file.close() }
        let bytes = try file.read()
        let own = (path: path, text: String(decoding: bytes, as: UTF8.self))
        let known = KnownHosts(files: [own] + KnownHosts.files(at: otherPaths.filter { $0 != path }))
            .lookUp(host: name.host, port: name.port)
        for key in keys {
            let verdict = known.verdict(keyType: key.type, blob: key.blob)
            guard verdict == .unknown else { return verdict }
        }
        try file.append(Self.lines(of: keys, for: name, isHashed: isHashed), after: bytes)
        return .accepted
    }

    /// Puts keys in the place of all that the file holds for a host.
    ///
    /// Lines about several hosts lose only this name, and marked ones (`@revoked`) stay. The file is replaced as a whole, so
    /// that a reader sees either state.
    ///
    /// - Throws: where a line with wildcards speaks of the host: it cannot be changed for one host alone.
    package func replace(
        with keys: [HostKey], for name: KnownHostsName
    ) async throws(KnownHostsFileError) {
        let file = try await LockedFile.open(path, deadline: lockDeadline)
        defer { file.close() }
        var lines = try KnownHostsEdit.lines(of: try file.read(), without: name, path: path)
        lines += Array(Self.lines(of: keys, for: name, isHashed: false).utf8)
        try file.replace(with: lines)
    }

    // MARK: Private

    private static func lines(of keys: [HostKey], for name: KnownHostsName, isHashed: Bool) -> String {
        keys.map { key in
            let field = isHashed ? HashedHostName.field(for: name.description) : name.description
            return "\(field) \(key.text)\n"
        }.joined()
    }
}

/// Why a `known_hosts` file could not be written.
package struct KnownHostsFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package var path: String
    package var reason: String

    package var description: String { "`\(path)`: \(reason)" }
}
