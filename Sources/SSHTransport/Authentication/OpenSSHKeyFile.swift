internal import CLibCrypto

/// The key format of ssh-keygen: `-----BEGIN OPENSSH PRIVATE KEY-----`.
///
/// Source: [PROTOCOL.key](https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key) of OpenSSH.
struct OpenSSHKeyFile {
    static let beginMarker = "-----BEGIN OPENSSH PRIVATE KEY-----"
    static let endMarker = "-----END OPENSSH PRIVATE KEY-----"
    private static let magic = Array("openssh-key-v1\0".utf8)

    typealias LentBytes = Slice<UnsafeRawBufferPointer>

    var cipher: String
    var keyDerivation: String
    var keyDerivationOptions: [UInt8]

    /// The public key, which stands in the clear also where the private part is encrypted.
    var publicKeyBlob: [UInt8]

    /// The private part, encrypted by `cipher`.
    var privatePart: LentBytes

    /// What follows the private part: the tag of an authenticating cipher.
    var trailer: LentBytes

    var isEncrypted: Bool { cipher != "none" }

    /// Reads the decoded body of the file. The result borrows `body`'s memory.
    init(body: LentBytes) throws(SSHWire.Malformed) {
        var reader = SSHWire.Reader(body)
        guard try reader.bytes(Self.magic.count).elementsEqual(Self.magic) else {
            throw SSHWire.Malformed(expected: "the mark `openssh-key-v1`")
        }
        cipher = try reader.text()
        keyDerivation = try reader.text()
        keyDerivationOptions = Array(try reader.string())
        guard try reader.uint32() == 1 else { throw SSHWire.Malformed(expected: "the number of keys (one)") }
        publicKeyBlob = Array(try reader.string())
        privatePart = try reader.string()
        trailer = reader.rest
        guard isEncrypted || trailer.isEmpty else { throw SSHWire.Malformed(expected: "the end") }
    }

    /// Decodes the base64 between the two markers.
    ///
    /// - Throws: where a marker is missing or what is between them is not base64.
    static func body(of text: LentBytes) throws(SSHWire.Malformed) -> SecretBytes {
        guard let begin = text.firstRange(of: beginMarker.utf8),
            let end = text[begin.upperBound...].firstRange(of: endMarker.utf8)
        else { throw SSHWire.Malformed(expected: "the line `\(endMarker)`") }
        let encoded = UnsafeRawBufferPointer(rebasing: text[begin.upperBound..<end.lowerBound])
        var body = SecretBytes(capacity: encoded.count)
        try body.fill { (output) throws(SSHWire.Malformed) in
            guard let count = Self.decodeBase64(encoded, into: output) else {
                throw SSHWire.Malformed(expected: "base64")
            }
            return count
        }
        return body
    }

    /// Decodes base64 with line breaks; nil where it is not. libcrypto's decoder is used because it leaves no copies behind.
    private static func decodeBase64(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int?
    {
        guard let context = EVP_ENCODE_CTX_new() else { return nil }
        defer { EVP_ENCODE_CTX_free(context) }
        EVP_DecodeInit(context)
        var written: Int32 = 0
        var rest: Int32 = 0
        let source = text.assumingMemoryBound(to: UInt8.self).baseAddress
        guard let target = output.assumingMemoryBound(to: UInt8.self).baseAddress,
            EVP_DecodeUpdate(context, target, &written, source, Int32(clamping: text.count)) >= 0,
            EVP_DecodeFinal(context, target + Int(written), &rest) == 1
        else {
            ERR_clear_error()
            return nil
        }
        return Int(written) + Int(rest)
    }
}
