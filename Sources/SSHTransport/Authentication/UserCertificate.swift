#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A user certificate in OpenSSH's format: a key, signed by an authority that the server trusts.
///
/// Only what a client needs is read: it does not judge the signature, the server does.
///
/// Source: [PROTOCOL.certkeys](https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.certkeys) of OpenSSH.
package struct UserCertificate: Sendable, Hashable {
    /// The certificate as SSH writes it.
    package let blob: [UInt8]

    /// The plain key in it.
    package let publicKeyBlob: [UInt8]

    /// What the authority calls it, in the server's log; text from outside.
    package let keyID: String

    /// From and until when it holds; nil: without an end.
    package let validAfter: Date?
    package let validBefore: Date?

    /// Where it comes from, for messages.
    package let source: String

    /// `ecdsa-sha2-nistp256-cert-v01@openssh.com`
    package var keyType: String { PublicKeyBlob.keyType(of: blob) ?? "" }

    static let typeSuffix = "-cert-v01@openssh.com"

    /// - Throws: where the blob is no certificate of a user, or of a key that is not known.
    package init(blob: [UInt8], source: String) throws(SSHWire.Malformed) {
        var reader = SSHWire.Reader(blob)
        let type = try reader.text()
        guard type.hasSuffix(Self.typeSuffix) else { throw SSHWire.Malformed(expected: "a certificate") }
        let plainType = String(type.dropLast(Self.typeSuffix.count))
        _ = try reader.string()  // The nonce.
        var key: [UInt8] = []
        key.appendSSH(string: plainType)
        for _ in 0..<(try Self.fieldCount(of: plainType)) { key.appendSSH(string: try reader.string()) }
        _ = try reader.bytes(8)  // The serial number.
        guard try reader.uint32() == 1 else { throw SSHWire.Malformed(expected: "a user's certificate, not a host's") }
        keyID = String(decoding: try reader.string(), as: UTF8.self)
        _ = try reader.string()  // The principals.
        validAfter = Self.date(try Self.uint64(&reader))
        validBefore = Self.date(try Self.uint64(&reader))
        publicKeyBlob = key
        self.blob = blob
        self.source = source
    }

    /// Reads a `-cert.pub` file.
    static func load(_ path: String) throws(PrivateKeyError) -> UserCertificate {
        let blob = try PublicKeyFile.load(path)
        do {
            return try UserCertificate(blob: blob, source: path)
        } catch {
            throw PrivateKeyError(.malformed, source: path, reason: "it holds no certificate of a user: \(error)")
        }
    }

    // MARK: Private

    /// How many strings make up the key, after its type.
    private static func fieldCount(of type: String) throws(SSHWire.Malformed) -> Int {
        switch type {
        case "ssh-ed25519": 1
        case "ssh-rsa": 2
        case let type where EllipticCurve.allCases.contains { $0.keyType == type }: 2
        default: throw SSHWire.Malformed(expected: "a certificate of a known type")
        }
    }

    private static func uint64(_ reader: inout SSHWire.Reader<ArraySlice<UInt8>>) throws(SSHWire.Malformed) -> UInt64 {
        try reader.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// 0 and the greatest number stand for no bound.
    private static func date(_ seconds: UInt64) -> Date? {
        seconds == 0 || seconds == .max ? nil : Date(timeIntervalSince1970: Double(seconds))
    }
}
