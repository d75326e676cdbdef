import CLibSSH2

/// What is offered in the key exchange, best first.
///
/// libssh2 drops the names it does not know, so that one list serves all its versions.
struct AlgorithmPreferences {
    /// Known key types of the host come first: with another one the server's key could not be compared.
    var hostKeyTypes: [String]

    private let keyExchanges: [String]
    private let ciphers: [String]
    private let macs: [String]

    /// - Parameters:
    ///   - knownKeyTypes: the types of the keys that are known for the host.
    ///   - choice: what the user wants otherwise. Like OpenSSH, an order that is the user's own is not changed for the known
    ///     keys; names added or taken away leave ours.
    init(knownKeyTypes: [String], choice: AlgorithmChoice = AlgorithmChoice()) {
        keyExchanges = Self.names(Self.defaultKeyExchanges, choice.keyExchanges, AlgorithmNames.keyExchanges)
        ciphers = Self.names(Self.defaultCiphers, choice.ciphers, AlgorithmNames.ciphers)
            .filter { $0 != Self.unsafeCipher }
        macs = Self.names(Self.defaultMACs, choice.macs, AlgorithmNames.macs)
        // Certificates of hosts are not understood, so they are never asked for.
        let plainTypes = hostKeyPreference(knownTypes: knownKeyTypes)
        let chosen = Self.names(plainTypes, choice.hostKeys, AlgorithmNames.signatures)
        hostKeyTypes = chosen.filter(plainTypes.contains)
    }

    /// For libssh2: each list by its method.
    var methods: [(CInt, [String])] {
        kinds.map { ($0.method, $0.names) } + [
            (LIBSSH2_METHOD_CRYPT_SC, ciphers),
            (LIBSSH2_METHOD_MAC_SC, macs),
        ]
    }

    /// For people: each list once.
    var kinds: [(kind: ServerAlgorithms.Kind, method: CInt, names: [String])] {
        [
            (.keyExchange, LIBSSH2_METHOD_KEX, keyExchanges),
            (.hostKey, LIBSSH2_METHOD_HOSTKEY, hostKeyTypes),
            (.cipher, LIBSSH2_METHOD_CRYPT_CS, ciphers),
            (.mac, LIBSSH2_METHOD_MAC_CS, macs),
        ]
    }

    // MARK: Private

    private static func names(
        _ defaults: [String], _ choice: AlgorithmList?, _ all: some Collection<String>
    ) -> [String] {
        choice.map { $0.applied(to: defaults, among: all.sorted()) } ?? defaults
    }

    private static let defaultKeyExchanges = [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
        "diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256",
    ]

    /// CTR first: libssh2's GCM is slower. No CBC, which with encrypt-then-MAC and without strict key exchange
    /// (libssh2 1.11.0) is open to CVE-2023-48795.
    private static let defaultCiphers = [
        "aes128-ctr", "aes256-ctr", "aes192-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com",
    ]

    /// Not even where it is asked for: libssh2 1.11.1 writes out of bounds in it (CVE-2026-55200).
    private static let unsafeCipher = "chacha20-poly1305@openssh.com"

    /// Encrypt-then-MAC last: libssh2 1.11 has memory errors in it (GHSA-6c79-444r-wx26).
    private static let defaultMACs = [
        "hmac-sha2-256", "hmac-sha2-512", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
    ]
}
