/// A key that `known_hosts` holds for a host, and where it stands.
package struct KnownHostsEntry: Hashable, Sendable {
    /// The file as it was named to the reader.
    package var file: String

    /// The line's number, from 1.
    package var line: Int

    package var keyType: String
    package var fingerprint: HostKeyFingerprint

    package init(file: String, line: Int, keyType: String, fingerprint: HostKeyFingerprint) {
        self.file = file
        self.line = line
        self.keyType = keyType
        self.fingerprint = fingerprint
    }
}
