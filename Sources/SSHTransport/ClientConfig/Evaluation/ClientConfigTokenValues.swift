internal import CLibCrypto

/// What the tokens of ssh_config(5), "TOKENS", stand for.
struct ClientConfigTokenValues {
    let expansion: ClientConfigExpansion

    /// Those of `ProxyCommand` and `ProxyJump`.
    let proxyExpansion: ClientConfigExpansion

    init(
        host: String, originalHost: String, port: Int, user: String, hostKeyName: String, jumpHost: String,
        environment: ClientConfigEnvironment
    ) {
        var tokens = ["h": host, "n": originalHost, "p": String(port), "r": user]
        proxyExpansion = ClientConfigExpansion(tokens: Self.byByte(tokens))
        tokens["C"] = Self.hash(environment.hostName + host + String(port) + user)
        tokens["d"] = environment.homeDirectory
        tokens["i"] = String(environment.userID)
        tokens["j"] = jumpHost
        tokens["k"] = hostKeyName
        tokens["L"] = String(environment.hostName.prefix { $0 != "." })
        tokens["l"] = environment.hostName
        tokens["u"] = environment.userName
        expansion = ClientConfigExpansion(tokens: Self.byByte(tokens))
    }

    private static func byByte(_ tokens: [String: String]) -> [UInt8: String] {
        Dictionary(tokens.compactMap { key, value in key.utf8.first.map { ($0, value) } }) { $1 }
    }

    /// `%C`: SHA-1 in hexadecimal. OpenSSH from 9.6 hashes the jump host too; the name of a socket is all it is good for.
    private static func hash(_ text: String) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        let bytes = Array(text.utf8)
        SHA1(bytes, bytes.count, &digest)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
