/// The public key by which a server proves who it is.
package struct HostKey: Hashable, Sendable {
    /// For instance `ssh-ed25519`: the first string of ``blob``.
    package let type: String

    /// The key as it goes over the wire.
    package let blob: [UInt8]

    /// - Returns: nil for bytes that are no key.
    package init?(blob: [UInt8]) {
        guard let type = PublicKeyBlob.keyType(of: blob), PublicKeyBlob.isWellFormed(blob, keyType: type) else {
            return nil
        }
        self.type = type
        self.blob = blob
    }

    package var fingerprint: HostKeyFingerprint { HostKeyFingerprint(of: blob) }

    /// Type and key as they stand in a `known_hosts` line.
    var text: String { "\(type) \(Base64.encode(blob))" }
}

/// The name a host stands under in `known_hosts`: `web-1`, or `[web-1]:2222` for a port other than 22.
package struct KnownHostsName: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int

    /// - Parameter host: the name or address as the user wrote it, or ssh_config's `HostKeyAlias` (with port 22).
    package init(host: String, port: Int) {
        self.host = host.asciiLowercased
        self.port = port
    }

    package var description: String { port == 22 ? host : "[\(host)]:\(port)" }
}
