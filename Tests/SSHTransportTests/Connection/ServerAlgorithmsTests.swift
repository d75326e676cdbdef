import SSHTransport
import TestSupport
import Testing

@Suite struct ServerAlgorithmsTests {
    private static func firstBytes(_ lists: [String], banner: String = "SSH-2.0-Test\r\n") -> [UInt8] {
        var payload: [UInt8] = [20] + [UInt8](repeating: 7, count: 16)
        for list in lists { payload.appendSSH(string: Array(list.utf8)) }
        payload += [0, 0, 0, 0, 0]
        var packet: [UInt8] = []
        packet.appendSSH(uint32: UInt32(payload.count + 5))
        return Array(banner.utf8) + packet + [4] + payload + [0, 0, 0, 0]
    }

    private static let lists = [
        "curve25519-sha256", "ssh-ed25519", "aes128-ctr,aes256-ctr", "aes128-ctr", "hmac-a", "hmac-b",
    ]

    @Test func `the lists are found behind the lines before them`() throws {
        let bytes = Self.firstBytes(Self.lists, banner: "welcome\r\nSSH-2.0-Test\n")
        let server = try #require(ServerAlgorithms(firstBytes: bytes))
        #expect(server[.keyExchange] == ["curve25519-sha256"])
        #expect(server[.hostKey] == ["ssh-ed25519"])
        #expect(server[.cipher] == ["aes128-ctr", "aes256-ctr"])
        #expect(server[.mac] == ["hmac-a"])
    }

    @Test func `bytes cut anywhere are no lists and no crash`() {
        let bytes = Self.firstBytes(Self.lists)
        let listsEnd = bytes.count - 4 - 5 - 4 - "hmac-b".utf8.count
        for length in 0..<listsEnd { #expect(ServerAlgorithms(firstBytes: Array(bytes[..<length])) == nil) }
        #expect(ServerAlgorithms(firstBytes: Array("SSH-2.0-x\r\n".utf8) + [UInt8](repeating: 255, count: 64)) == nil)
    }

    @Test func `the first kind without a common name is named`() throws {
        let server = try #require(ServerAlgorithms(firstBytes: Self.firstBytes(Self.lists)))
        var ours: [ServerAlgorithms.Kind: [String]] = [
            .keyExchange: ["curve25519-sha256"], .hostKey: ["ssh-ed25519"], .cipher: ["aes256-ctr"], .mac: ["hmac-a"],
        ]
        #expect(server.mismatch(with: ours) == nil)
        ours[.cipher] = ["chacha20-poly1305@openssh.com"]
        #expect(
            server.mismatch(with: ours)
                == "no common cipher: the server offers `aes128-ctr`, `aes256-ctr`, this side knows `chacha20-poly1305@openssh.com`"
        )
    }

    /// What libssh2 1.10 lacks, and for whom 1.11 would help.
    @Test(arguments: [
        Hardening("Ciphers chacha20-poly1305@openssh.com", "cipher", "`chacha20-poly1305@openssh.com`", "`aes128-ctr`"),
        Hardening("Ciphers aes256-gcm@openssh.com", "cipher", "`aes256-gcm@openssh.com`", "`aes128-ctr`", isNew: true),
        Hardening("MACs umac-64-etm@openssh.com", "MAC", "`umac-64-etm@openssh.com`", "`hmac-sha2-256`"),
        Hardening(
            "MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com", "MAC",
            "`hmac-sha2-512-etm@openssh.com`", "`hmac-sha2-256`", isNew: true),
        Hardening(
            "KexAlgorithms sntrup761x25519-sha512@openssh.com", "key exchange",
            "`sntrup761x25519-sha512@openssh.com`", "`curve25519-sha256`"),
        Hardening(
            "HostKeyAlgorithms rsa-sha2-512,rsa-sha2-256", "host key", "`rsa-sha2-512`", "`ssh-ed25519`", isNew: true),
    ])
    func `a hardened server's error names both sides' algorithms, the library and the remedy`(
        hardening: Hardening
    ) async throws {
        let version = try #require(LibSSH2Version(SSHConnection.libraryVersion))
        guard version < LibSSH2Version(1, 11, 0) || !hardening.isNew else { return }
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.extraLines = [hardening.line] })
            let error = await #expect(throws: SSHError.self) { try await server.connect() }
            #expect(error?.code == .keyExchangeFailed)
            #expect(error?.label == "web-1")
            let said = "\(error as Any)"
            for word in ["no common \(hardening.kind)", hardening.theirs, hardening.ours] {
                #expect(error?.reason.contains(word) == true, "\(said)")
            }
            let keyword = String(hardening.line.prefix { $0 != " " })
            let remedy = hardening.isNew ? "1.11 or newer" : "`\(keyword)` in the server's sshd_config"
            for word in ["libssh2 \(SSHConnection.libraryVersion)", remedy] {
                #expect(error?.hint?.contains(word) == true, "\(said)")
            }
        }
    }

    struct Hardening: Sendable, CustomTestStringConvertible {
        var line: String
        var kind: String
        var theirs: String
        var ours: String
        var isNew: Bool
        var testDescription: String { line }

        init(_ line: String, _ kind: String, _ theirs: String, _ ours: String, isNew: Bool = false) {
            (self.line, self.kind, self.theirs, self.ours, self.isNew) = (line, kind, theirs, ours, isNew)
        }
    }
}
