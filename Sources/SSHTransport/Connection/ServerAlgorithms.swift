/// What a server offers in its key exchange (RFC 4253, 7.1), read from the first bytes it sent.
///
/// libssh2 only says that the exchange failed; which algorithms did not meet is what the operator needs to know.
package struct ServerAlgorithms: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case keyExchange = "key exchange"
        case hostKey = "host key"
        case cipher
        case mac = "MAC"

        /// Where sshd_config(5) allows more of them.
        var keyword: String {
            switch self {
            case .keyExchange: "KexAlgorithms"
            case .hostKey: "HostKeyAlgorithms"
            case .cipher: "Ciphers"
            case .mac: "MACs"
            }
        }
    }

    private var names: [Kind: [String]] = [:]

    /// - Parameter bytes: everything from the first byte on; `nil` if the server's lists are not in it.
    package init?(firstBytes bytes: [UInt8]) {
        guard let packet = Self.afterIdentification(bytes) else { return nil }
        var reader = SSHWire.Reader(packet)
        do throws(SSHWire.Malformed) {
            _ = try reader.bytes(5)  // The packet's length and that of its padding.
            guard try reader.byte() == 20 else { return nil }  // SSH_MSG_KEXINIT
            _ = try reader.bytes(16)
            names[.keyExchange] = try Self.nameList(&reader)
            names[.hostKey] = try Self.nameList(&reader)
            // The lists of the two directions are alike on every known server; those from us to it stand here.
            names[.cipher] = try Self.nameList(&reader)
            _ = try reader.string()
            names[.mac] = try Self.nameList(&reader)
        } catch {
            return nil
        }
    }

    package subscript(kind: Kind) -> [String] { names[kind] ?? [] }

    /// The first kind for which both sides have no name in common; `nil` if there is none.
    package func mismatchedKind(with ours: [Kind: [String]]) -> Kind? {
        Kind.allCases.first { kind in !self[kind].contains { ours[kind, default: []].contains($0) } }
    }

    /// The same in words.
    package func mismatch(with ours: [Kind: [String]]) -> String? {
        mismatchedKind(with: ours).map { kind in
            let own = ours[kind] ?? []
            return "no common \(kind.rawValue): the server offers \(list(self[kind])), this side knows \(list(own))"
        }
    }

    /// What libssh2 1.11 knows and 1.10 does not.
    static let newInLibSSH2 = [
        "rsa-sha2-512", "rsa-sha2-256", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com",
        "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
    ]

    // MARK: Private

    private func list(_ names: [String]) -> String {
        names.isEmpty ? "nothing" : names.map { "`\($0)`" }.joined(separator: ", ")
    }

    /// Skips the lines up to the one that identifies the server (RFC 4253, 4.2).
    private static func afterIdentification(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.starts(with: Array("SSH-".utf8)) { return rest }
        }
        return nil
    }

    private static func nameList(_ reader: inout SSHWire.Reader<ArraySlice<UInt8>>) throws(SSHWire.Malformed)
        -> [String]
    {
        try reader.text().split(separator: ",").map(String.init)
    }
}
