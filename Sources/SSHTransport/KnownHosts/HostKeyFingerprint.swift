internal import CLibCrypto

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The fingerprint of a public key, as `ssh-keygen -lf` prints it: `SHA256:` and base64 without padding.
package struct HostKeyFingerprint: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter blob: the public key as it goes over the wire and, in base64, stands in `known_hosts`.
    package init(of blob: [UInt8]) {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(blob, blob.count, &digest)
        description = "SHA256:" + String(Data(digest).base64EncodedString().prefix { $0 != "=" })
    }
}
