/// Public keys on disk: one line of type, base64 and comment, as ssh-keygen writes beside each private key.
enum PublicKeyFile {
    /// Reads the public key of a `.pub` file.
    static func load(_ path: String) throws(PrivateKeyError) -> [UInt8] {
        let text = try PrivateKeyFile.contents(of: path, isPrivate: false)
        return try text.withBytes { (text) throws(PrivateKeyError) in
            guard let blob = blob(in: text) else {
                throw PrivateKeyError(.malformed, source: path, reason: "it holds no public key in OpenSSH's format")
            }
            return blob
        }
    }

    /// Reads the first line that is not empty or a comment.
    static func blob(in text: some Collection<UInt8>) -> [UInt8]? {
        for line in text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let fields = line.split(maxSplits: 2) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let type = fields.first, type.first != UInt8(ascii: "#") else { continue }
            guard fields.count >= 2, let blob = Base64.decode(fields[1]),
                PublicKeyBlob.isWellFormed(blob, keyType: String(decoding: type, as: UTF8.self))
            else { return nil }
            return blob
        }
        return nil
    }

    /// Whether the text begins with the type of a public key, in whatever state the rest is.
    static func looksLikeOne(_ text: some Collection<UInt8>) -> Bool {
        let start = text.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return ["ssh-", "ecdsa-sha2-", "sk-"].contains { start.starts(with: $0.utf8) }
    }
}
