/// The keys of hosts that the user trusts, or has learned not to: `known_hosts` files, read whole.
///
/// It decides as OpenSSH does, for one host at a time. A line that cannot be read is reported and counts for nothing;
/// `@cert-authority` lines are reported too, since host certificates are not supported, and never vouch for a plain key.
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

    private var lines: [KnownHost.Line] = []

    /// - Parameter files: the files in order, each with the name to use in messages.
    package init(files: [(path: String, text: String)]) {
        for file in files {
            var text = file.text
            text.withUTF8 { read($0, of: file.path) }
        }
    }

    /// What is known of a host: one pass over the lines, which counts where they are many and hashed.
    ///
    /// - Parameter host: the name or address as the user wrote it, or ssh_config's `HostKeyAlias` (with port 22).
    package func lookUp(host: String, port: Int) -> KnownHost {
        let host = host.utf8.map(\.asciiLowercased)
        guard port != 22 else { return KnownHost(lines: lines(for: host), linesWithoutPort: []) }
        let name = Array("[".utf8) + host + Array("]:\(port)".utf8)
        return KnownHost(lines: lines(for: name), linesWithoutPort: lines(for: host))
    }

    /// The types of the keys that are known for a host: see `KnownHost.keyTypes`.
    package func knownKeyTypes(host: String, port: Int) -> [String] {
        lookUp(host: host, port: port).keyTypes
    }

    /// Decides on the key a host showed: see `KnownHost.verdict(keyType:blob:)`.
    package func verdict(host: String, port: Int, keyType: String, blob: [UInt8]) -> KnownHostsVerdict {
        lookUp(host: host, port: port).verdict(keyType: keyType, blob: blob)
    }

    // MARK: Private

    private func lines(for name: [UInt8]) -> [KnownHost.Line] {
        lines.filter { $0.content.speaks(of: name) }
    }

    private mutating func read(_ text: UnsafeBufferPointer<UInt8>, of file: String) {
        let texts = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, text) in texts.enumerated() {
            do throws(KnownHostsLine.Failure) {
                guard let line = try KnownHostsLine(text) else { continue }
                lines.append(KnownHost.Line(file: file, number: index + 1, content: line))
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
