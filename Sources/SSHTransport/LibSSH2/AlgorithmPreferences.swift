import CLibSSH2

/// What is offered in the key exchange, best first.
///
/// libssh2 drops the names it does not know, so that one list serves all its versions.
struct AlgorithmPreferences {
    /// Known key types of the host come first: with another one the server's key could not be compared.
    var hostKeyTypes: [String]

    /// - Parameter knownKeyTypes: the types of the keys that are known for the host.
    init(knownKeyTypes: [String]) {
        hostKeyTypes = hostKeyPreference(knownTypes: knownKeyTypes)
    }

    /// For libssh2: each list by its method.
    var methods: [(CInt, [String])] {
        kinds.map { ($0.method, $0.names) } + [
            (LIBSSH2_METHOD_CRYPT_SC, Self.ciphers),
            (LIBSSH2_METHOD_MAC_SC, Self.macs),
        ]
    }

    /// For people: each list once.
    var kinds: [(kind: ServerAlgorithms.Kind, method: CInt, names: [String])] {
        [
            (.keyExchange, LIBSSH2_METHOD_KEX, Self.keyExchanges),
            (.hostKey, LIBSSH2_METHOD_HOSTKEY, hostKeyTypes),
            (.cipher, LIBSSH2_METHOD_CRYPT_CS, Self.ciphers),
            (.mac, LIBSSH2_METHOD_MAC_CS, Self.macs),
        ]
    }

    private static let keyExchanges = [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
        "diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256",
    ]

    /// CTR first: libssh2's GCM is slower. No CBC, which with encrypt-then-MAC and without strict key exchange
    /// (libssh2 1.11.0) is open to CVE-2023-48795, and no chacha20, whose code in 1.11.1 has CVE-2026-55200.
    private static let ciphers = [
        "aes128-ctr", "aes256-ctr", "aes192-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com",
    ]

    /// Encrypt-then-MAC last: libssh2 1.11 has memory errors in it (GHSA-6c79-444r-wx26).
    private static let macs = [
        "hmac-sha2-256", "hmac-sha2-512", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
    ]
}
