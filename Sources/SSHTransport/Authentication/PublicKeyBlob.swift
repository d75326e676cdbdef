/// The shape of public keys as SSH writes them, which tells a key from bytes that only look like one.
enum PublicKeyBlob {
    /// Whether the blob is a whole key of that type. Types this program does not use are checked by their name alone.
    static func isWellFormed(_ blob: [UInt8], keyType: String) -> Bool {
        (try? check(blob, keyType: keyType)) != nil
    }

    /// The type a blob names; nil where it names none.
    static func keyType(of blob: [UInt8]) -> String? {
        var reader = SSHWire.Reader(blob)
        return try? reader.text()
    }

    private static func check(_ blob: [UInt8], keyType: String) throws(SSHWire.Malformed) {
        var reader = SSHWire.Reader(blob)
        guard try reader.text() == keyType else { throw SSHWire.Malformed(expected: "`\(keyType)`") }
        if keyType == "ssh-ed25519" {
            guard try reader.string().count == 32 else { throw SSHWire.Malformed(expected: "32 bytes") }
        } else if keyType == "ssh-rsa" {
            guard try !reader.magnitude().isEmpty, try !reader.magnitude().isEmpty else {
                throw SSHWire.Malformed(expected: "a number")
            }
        } else if let curve = EllipticCurve.allCases.first(where: { $0.keyType == keyType }) {
            guard try reader.text() == curve.rawValue, try reader.string().count == 1 + 2 * curve.coordinateBytes else {
                throw SSHWire.Malformed(expected: "a point on \(curve.rawValue)")
            }
        } else {
            return
        }
        guard reader.isAtEnd else { throw SSHWire.Malformed(expected: "the end") }
    }
}
