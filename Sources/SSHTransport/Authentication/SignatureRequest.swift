/// The data a client signs to log in with a key, taken apart.
///
/// The algorithm is read from here, not from what was passed to libssh2, since libssh2 1.11 replaces `ssh-rsa` by what the
/// server takes.
///
/// Source: [RFC 4252, section 7](https://www.rfc-editor.org/rfc/rfc4252#section-7).
package struct SignatureRequest: Hashable, Sendable {
    package var user: String

    /// The signature algorithm: `rsa-sha2-512`, `ssh-ed25519`, …
    package var algorithm: String

    package var publicKeyBlob: [UInt8]

    /// - Throws: where `data` is not a request to log in with a public key; nothing must be signed then.
    package init(signedData data: [UInt8]) throws(SSHWire.Malformed) {
        var reader = SSHWire.Reader(data)
        _ = try reader.string()  // The session's identifier.
        guard try reader.byte() == 50 else { throw SSHWire.Malformed(expected: "SSH_MSG_USERAUTH_REQUEST") }
        user = try reader.text()
        guard try reader.text() == "ssh-connection" else { throw SSHWire.Malformed(expected: "`ssh-connection`") }
        guard try reader.text() == "publickey" else { throw SSHWire.Malformed(expected: "`publickey`") }
        guard try reader.byte() == 1 else { throw SSHWire.Malformed(expected: "TRUE") }
        algorithm = try reader.text()
        publicKeyBlob = Array(try reader.string())
        guard reader.isAtEnd else { throw SSHWire.Malformed(expected: "the end") }
    }
}
