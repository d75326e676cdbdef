/// A key that an ssh-agent holds.
package struct AgentIdentity: Sendable, Hashable {
    /// The public key, as the agent knows it.
    package var blob: [UInt8]

    /// What the user called it; text from outside, to be escaped where it is shown.
    package var comment: String

    package init(blob: [UInt8], comment: String) {
        self.blob = blob
        self.comment = comment
    }

    /// The first string of the blob: `ssh-ed25519`; empty where the blob has none.
    package var keyType: String {
        var reader = SSHWire.Reader(blob)
        return (try? reader.text()) ?? ""
    }
}
