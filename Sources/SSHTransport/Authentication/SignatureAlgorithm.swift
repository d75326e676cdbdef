/// Names of signature algorithms: what to offer a server, and what they ask of an agent.
package enum SignatureAlgorithm {
    /// How an RSA key is offered: the algorithm of the first try, and that of a last one where the server may know no
    /// better.
    package struct RSAOffer: Hashable, Sendable {
        package var first: String
        package var last: String?

        package init(first: String, last: String? = nil) {
            self.first = first
            self.last = last
        }
    }

    /// Chooses how to offer an RSA key.
    ///
    /// libssh2 takes the algorithm from the type that the public key's blob names. From 1.11 on it replaces `ssh-rsa` by
    /// what the server takes. 1.10 does not, and its `ssh-rsa` is SHA-1, which OpenSSH refuses since 8.8; a blob retyped
    /// to `rsa-sha2-512` makes it say that. OpenSSH takes such a blob since 7.2; Dropbear, among others, does not, and
    /// takes `ssh-rsa`.
    ///
    /// - Parameter serverBanner: the server's identification: `SSH-2.0-OpenSSH_9.2p1 Debian-2`.
    package static func rsaOffer(serverBanner: String, libssh2 version: LibSSH2Version) -> RSAOffer {
        guard version < LibSSH2Version(1, 11, 0) else { return RSAOffer(first: "ssh-rsa") }
        guard let range = serverBanner.firstRange(of: "OpenSSH_") else { return RSAOffer(first: "ssh-rsa") }
        // `OpenSSH_for_Windows_9.5` has words before its number; an unreadable one counts as new, with a second try.
        let numbers = serverBanner[range.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." }
            .split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 2 else { return RSAOffer(first: "rsa-sha2-512", last: "ssh-rsa") }
        switch (numbers[0], numbers[1]) {
        case (..<7, _), (7, ..<2): return RSAOffer(first: "ssh-rsa")
        case (..<8, _), (8, ..<8): return RSAOffer(first: "rsa-sha2-512", last: "ssh-rsa")
        default: return RSAOffer(first: "rsa-sha2-512")
        }
    }

    /// The blob for libssh2 that makes it sign by an algorithm: the key's own, under the algorithm's name.
    static func blob(_ blob: [UInt8], retypedTo algorithm: String) -> [UInt8] {
        var reader = SSHWire.Reader(blob)
        guard (try? reader.string()) != nil else { return blob }
        var retyped: [UInt8] = []
        retyped.appendSSH(string: algorithm)
        retyped.append(contentsOf: reader.rest)
        return retyped
    }

    /// Whether libssh2 can log in with a key of that type at all.
    ///
    /// Security keys (`sk-`) need a longer signature than its callback can return; a certificate's type would end up in
    /// the signature, which OpenSSH takes for ECDSA only.
    static func isSupported(keyType: String, libssh2 version: LibSSH2Version) -> Bool {
        let plain = plainName(keyType)
        if plain != keyType {
            return EllipticCurve.allCases.contains { $0.keyType == plain }
                || (version >= LibSSH2Version(1, 11, 0) && ["ssh-ed25519", "ssh-rsa"].contains(plain))
        }
        return keyType == "ssh-ed25519" || keyType == "ssh-rsa"
            || EllipticCurve.allCases.contains { $0.keyType == keyType }
    }

    /// The algorithm an agent signs by, for a key type and the flags of the request.
    static func name(forKeyType keyType: String, flags: UInt32) -> String {
        switch plainName(keyType) {
        case "ssh-rsa" where flags & AgentRequest.rsaSHA512Flag != 0: "rsa-sha2-512"
        case "ssh-rsa" where flags & AgentRequest.rsaSHA256Flag != 0: "rsa-sha2-256"
        case let plain: plain
        }
    }

    /// The flags that make an agent sign by an algorithm.
    static func agentFlags(for algorithm: String) -> UInt32 {
        switch plainName(algorithm) {
        case "rsa-sha2-512": AgentRequest.rsaSHA512Flag
        case "rsa-sha2-256": AgentRequest.rsaSHA256Flag
        default: 0
        }
    }

    /// A key type or algorithm without the mark of a certificate, whose signatures are those of the key in it.
    static func plainName(_ name: String) -> String {
        let mark = "-cert-v01@openssh.com"
        return name.hasSuffix(mark) ? String(name.dropLast(mark.count)) : name
    }
}
