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

    @Test(arguments: [
        ("Ciphers chacha20-poly1305@openssh.com", "no common cipher", "`chacha20-poly1305@openssh.com`"),
        ("MACs umac-64-etm@openssh.com", "no common MAC", "`hmac-sha2-256`"),
        ("KexAlgorithms sntrup761x25519-sha512@openssh.com", "no common key exchange", "`curve25519-sha256`"),
    ])
    func `a hardened server's error names both sides' algorithms`(line: String, kind: String, name: String) async throws
    {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.extraLines = [line] })
            await #expect {
                try await server.connect()
            } throws: { error in
                guard let error = error as? SSHError else { return false }
                return error.code == .keyExchangeFailed && error.reason.contains(kind) && error.reason.contains(name)
            }
        }
    }
}
