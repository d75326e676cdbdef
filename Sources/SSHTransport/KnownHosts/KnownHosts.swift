/// The keys of hosts that the user trusts, or has learned not to: `known_hosts` files, read whole.
///
/// It decides as OpenSSH does, for one host at a time; looking up costs one pass over the lines. A line that cannot be
/// read is reported and counts for nothing; `@cert-authority` lines are reported too, since host certificates are not
/// supported, and never vouch for a plain key.
package struct KnownHosts: Sendable {
    /// A line that counts for nothing, and why.
    package struct IgnoredLine: Hashable, Sendable {
        package var file: String
        /// From 1.
        package var line: Int
        package var reason: String
    }

    /// Lines that could not be read.
    package private(set) var malformedLines: [IgnoredLine] = []

    /// Lines that could be read, and say something that is not supported.
    package private(set) var unsupportedLines: [IgnoredLine] = []

    private var lines: [(file: String, number: Int, content: KnownHostsLine)] = []

    /// - Parameter files: the files in order, each with the name to use in messages.
    package init(files: [(path: String, text: String)]) {
        for file in files {
            var text = file.text
            text.withUTF8 { read($0, of: file.path) }
        }
    }

    /// The types of the keys that are known for a host, each once, in the order of the files.
    ///
    /// For a port other than 22 where only the host's name without a port is known, those.
    package func knownKeyTypes(host: String, port: Int) -> [String] {
        for name in Self.names(host: host, port: port) {
            let types = lines(for: name).filter { $0.content.marker == .none }.map(\.content.keyType)
            if !types.isEmpty {
                return types.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            }
        }
        return []
    }

    /// Decides on the key a host showed.
    ///
    /// A host on a port other than 22 is looked up as `[host]:port`, and where nothing is known by that, accepted if the
    /// name without a port is known with this very key, as in OpenSSH.
    ///
    /// - Parameters:
    ///   - host: the name or address as the user wrote it, or ssh_config's `HostKeyAlias` (with port 22).
    ///   - keyType: the type of the key: the first string of `blob`.
    package func verdict(host: String, port: Int, keyType: String, blob: [UInt8]) -> KnownHostsVerdict {
        var verdict = KnownHostsVerdict.unknown
        for (index, name) in Self.names(host: host, port: port).enumerated() {
            let matching = lines(for: name)
            if let line = matching.first(where: { $0.content.marker == .revoked && $0.content.blob == blob }) {
                return .revoked(entry(line))
            }
            guard case .unknown = verdict else { continue }
            let known = matching.filter { $0.content.marker == .none }
            if known.contains(where: { $0.content.blob == blob && $0.content.keyType == keyType }) {
                verdict = .accepted
            } else if index == 0, !known.isEmpty {
                verdict = .changed(known.map(entry))
            }
        }
        return verdict
    }

    // MARK: Private

    /// The names a host may stand under, the exact one first.
    private static func names(host: String, port: Int) -> [[UInt8]] {
        let host = host.utf8.map(\.asciiLowercased)
        return port == 22 ? [host] : [Array("[".utf8) + host + Array("]:\(port)".utf8), host]
    }

    private func lines(for name: [UInt8]) -> [(file: String, number: Int, content: KnownHostsLine)] {
        lines.filter { $0.content.speaks(of: name) }
    }

    private func entry(_ line: (file: String, number: Int, content: KnownHostsLine)) -> KnownHostsEntry {
        KnownHostsEntry(
            file: line.file, line: line.number, keyType: line.content.keyType,
            fingerprint: HostKeyFingerprint(of: line.content.blob))
    }

    private mutating func read(_ text: UnsafeBufferPointer<UInt8>, of file: String) {
        let texts = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, text) in texts.enumerated() {
            do throws(KnownHostsLine.Failure) {
                guard let line = try KnownHostsLine(text) else { continue }
                lines.append((file, index + 1, line))
                if line.marker == .certificateAuthority {
                    unsupportedLines.append(
                        IgnoredLine(file: file, line: index + 1, reason: "host certificates are not supported"))
                }
            } catch {
                guard case .malformed(let reason) = error else { continue }
                malformedLines.append(IgnoredLine(file: file, line: index + 1, reason: reason))
            }
        }
    }
}
