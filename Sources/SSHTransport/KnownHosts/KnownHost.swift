/// What the `known_hosts` files say of one host.
package struct KnownHost: Sendable {
    struct Line: Sendable {
        var file: String
        var number: Int
        var content: KnownHostsLine
    }

    /// The lines that speak of the host by its exact name: `web-1`, or `[web-1]:2222` for a port other than 22.
    let lines: [Line]

    /// For a port other than 22, the lines that speak of the host without a port.
    let linesWithoutPort: [Line]

    /// The types of the keys that are known, each once, in the order of the files.
    ///
    /// For a port other than 22 where only the name without a port is known, those.
    package var keyTypes: [String] {
        let exact = lines.filter(\.vouches)
        let known = exact.isEmpty ? linesWithoutPort.filter(\.vouches) : exact
        return known.map(\.content.keyType).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The authorities that would vouch for the host if certificates were supported: worth a word where it is unknown.
    package var certificateAuthorities: [KnownHostsEntry] {
        (lines + linesWithoutPort).filter { $0.content.marker == .certificateAuthority }.map(\.entry)
    }

    /// Decides on the key the host showed.
    ///
    /// For a port other than 22, where nothing is known by the exact name, the key is accepted if the name without a port
    /// is known with this very key, as in OpenSSH (`check_host_key` in sshconnect.c). A revocation counts under either.
    ///
    /// - Parameter keyType: the type of the key: the first string of `blob`.
    package func verdict(keyType: String, blob: [UInt8]) -> KnownHostsVerdict {
        func isKey(_ line: Line) -> Bool { line.content.keyType == keyType && line.content.blob == blob }
        let revoked = (lines + linesWithoutPort).first { $0.content.marker == .revoked && $0.content.blob == blob }
        if let revoked { return .revoked(revoked.entry) }
        let known = lines.filter(\.vouches)
        if known.isEmpty {
            return linesWithoutPort.contains { $0.vouches && isKey($0) } ? .accepted : .unknown
        }
        return known.contains(where: isKey) ? .accepted : .changed(known.map(\.entry))
    }
}

extension KnownHost.Line {
    fileprivate var vouches: Bool { content.marker == .none }

    fileprivate var entry: KnownHostsEntry {
        KnownHostsEntry(
            file: file, line: number, keyType: content.keyType, fingerprint: HostKeyFingerprint(of: content.blob))
    }
}
