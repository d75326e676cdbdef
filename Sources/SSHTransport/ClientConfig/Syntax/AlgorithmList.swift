/// The value of `Ciphers`, `MACs`, `KexAlgorithms` and the like: names between commas, with what they do to the defaults.
package struct AlgorithmList: Hashable, Sendable {
    package enum Operation: Character, Sendable {
        /// These and no others.
        case replace = "="
        /// The defaults, then these.
        case append = "+"
        /// The defaults without these, which may be patterns.
        case remove = "-"
        /// These before the defaults.
        case prepend = "^"
    }

    package let operation: Operation

    /// Not empty, except where it does nothing.
    package let names: [String]

    /// - Throws: where OpenSSH knows no such algorithm; names to remove it does not check.
    init(_ text: String, of kind: AlgorithmKind) throws(ClientConfigSyntaxError) {
        let sign = text.first.flatMap(Operation.init(rawValue:)).flatMap { $0 == .replace ? nil : $0 }
        operation = sign ?? .replace
        names = text.dropFirst(sign == nil ? 0 : 1).split(separator: ",").map(String.init)
        if operation == .replace, names.isEmpty { throw ClientConfigSyntaxError("it names no algorithm") }
        guard operation != .remove else { return }
        for name in names where !kind.knows(name) {
            throw ClientConfigSyntaxError("`\(name)` is no \(kind.rawValue) of OpenSSH")
        }
    }

    /// The defaults with what the value does to them.
    ///
    /// - Parameter all: every name there is, for values with wildcards.
    package func applied(to defaults: [String], among all: [String]) -> [String] {
        let named = names.flatMap { name -> [String] in
            guard name.contains(where: { "*?".contains($0) }) else { return [name] }
            return all.filter(WildcardPatternList(name).matches)
        }
        let result =
            switch operation {
            case .replace: named
            case .append: defaults + named
            case .remove: defaults.filter { name in !names.contains { WildcardPatternList($0).matches(name) } }
            case .prepend: named + defaults
            }
        return result.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension AlgorithmList: CustomStringConvertible {
    /// As it is written in an `ssh_config`.
    package var description: String {
        (operation == .replace ? "" : String(operation.rawValue)) + names.joined(separator: ",")
    }
}

/// Which algorithms a keyword is about.
package enum AlgorithmKind: String, Sendable {
    case cipher
    case mac = "MAC"
    case keyExchange = "key exchange"
    case signature = "key type"
    case gssapiKeyExchange = "GSSAPI key exchange"

    /// Whether OpenSSH has, or ever had, an algorithm of this name; key types may be named by wildcards.
    func knows(_ name: String) -> Bool {
        switch self {
        case .cipher: AlgorithmNames.ciphers.contains(name)
        case .mac: AlgorithmNames.macs.contains(name)
        case .keyExchange: AlgorithmNames.keyExchanges.contains(name)
        case .signature: AlgorithmNames.signatures.contains { WildcardPattern(name.utf8).matches(Array($0.utf8)) }
        case .gssapiKeyExchange: AlgorithmNames.gssapiKeyExchangePrefixes.contains { name.hasPrefix($0) }
        }
    }
}

/// Every algorithm of OpenSSH up to 10.2, as `ssh -Q` lists them, and those that older versions had.
enum AlgorithmNames {
    static let ciphers: Set<String> = [
        "3des-cbc", "aes128-cbc", "aes128-ctr", "aes128-gcm@openssh.com", "aes192-cbc", "aes192-ctr", "aes256-cbc",
        "aes256-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "rijndael-cbc@lysator.liu.se",
    ]

    static let macs: Set<String> = [
        "hmac-md5", "hmac-md5-96", "hmac-md5-96-etm@openssh.com", "hmac-md5-etm@openssh.com", "hmac-sha1",
        "hmac-sha1-96", "hmac-sha1-96-etm@openssh.com", "hmac-sha1-etm@openssh.com", "hmac-sha2-256",
        "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512", "hmac-sha2-512-etm@openssh.com", "umac-128-etm@openssh.com",
        "umac-128@openssh.com", "umac-64-etm@openssh.com", "umac-64@openssh.com",
    ]

    static let keyExchanges: Set<String> = [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group-exchange-sha256", "diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1",
        "diffie-hellman-group14-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
        "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "mlkem768x25519-sha256",
        "sntrup4591761x25519-sha512@tinyssh.org", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com",
    ]

    static let signatures: [String] = [
        "ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com",
        "sk-ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com",
        "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp521",
        "ecdsa-sha2-nistp521-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
        "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "ssh-dss",
        "ssh-dss-cert-v01@openssh.com", "ssh-rsa", "ssh-rsa-cert-v01@openssh.com", "rsa-sha2-256",
        "rsa-sha2-256-cert-v01@openssh.com", "rsa-sha2-512", "rsa-sha2-512-cert-v01@openssh.com",
    ]

    /// Their names go on with the name of a mechanism.
    static let gssapiKeyExchangePrefixes = [
        "gss-curve25519-sha256-", "gss-gex-sha1-", "gss-group1-sha1-", "gss-group14-sha1-", "gss-group14-sha256-",
        "gss-group16-sha512-", "gss-nistp256-sha256-",
    ]
}
