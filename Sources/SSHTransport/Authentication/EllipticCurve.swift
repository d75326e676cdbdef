/// A curve that SSH signs with, and its names.
///
/// Source: [RFC 5656, section 10.1](https://www.rfc-editor.org/rfc/rfc5656#section-10.1).
enum EllipticCurve: String, Hashable, CaseIterable {
    case nistp256, nistp384, nistp521

    /// The key type, which is also the name of the signature algorithm: `ecdsa-sha2-nistp256`.
    var keyType: String { "ecdsa-sha2-\(rawValue)" }

    /// The length of a coordinate in bytes.
    var coordinateBytes: Int {
        switch self {
        case .nistp256: 32
        case .nistp384: 48
        case .nistp521: 66
        }
    }

    var digest: LibcryptoKey.Digest {
        switch self {
        case .nistp256: .sha256
        case .nistp384: .sha384
        case .nistp521: .sha512
        }
    }

    var libcryptoName: String {
        switch self {
        case .nistp256: "prime256v1"
        case .nistp384: "secp384r1"
        case .nistp521: "secp521r1"
        }
    }

    init?(libcryptoName: String) {
        guard let curve = Self.allCases.first(where: { $0.libcryptoName == libcryptoName }) else { return nil }
        self = curve
    }
}
