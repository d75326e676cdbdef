import Foundation
import SSHTransport
import TestSupport
import Testing

struct KnownHostsTests {
    static let key = "AAAAC3NzaC1lZDI1NTE5AAAAIG2JUjCqOoVhU1lUZ6RAGpH8iUxhwFRWyqNhTTdnmUDL"
    static let blob = Array(Data(base64Encoded: key) ?? Data())

    @Test func `a changed key names the file, the line and the fingerprint of each key that was known`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let path = try await keys.key(["-t", "ecdsa"])
            let known = try String(contentsOfFile: path + ".pub", encoding: .utf8)
            let listed = try await keys.run(["ssh-keygen", "-lf", path + ".pub"])
            let knownHosts = KnownHosts(files: [
                ("first", "# mine\n\nweb-1 \(known)"), ("second", "web-2 \(known)web-1 \(known)"),
            ])
            let verdict = knownHosts.verdict(host: "web-1", port: 22, keyType: "ssh-ed25519", blob: Self.blob)
            guard case .changed(let entries) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect(entries.map(\.file) == ["first", "second"])
            #expect(entries.map(\.line) == [3, 2])
            #expect(entries.map(\.keyType) == ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"])
            #expect(entries.allSatisfy { listed.contains(" \($0.fingerprint.description) ") })
        }
    }

    @Test func `a revoked key names its line`() {
        let knownHosts = KnownHosts(files: [
            ("file", "web-1 ssh-ed25519 \(Self.key)\n@revoked * ssh-ed25519 \(Self.key)")
        ])
        let entry = KnownHostsEntry(
            file: "file", line: 2, keyType: "ssh-ed25519", fingerprint: HostKeyFingerprint(of: Self.blob))
        #expect(
            knownHosts.verdict(host: "web-1", port: 22, keyType: "ssh-ed25519", blob: Self.blob) == .revoked(entry))
    }

    @Test func `lines that cannot be read are reported with their numbers, and the others count`() {
        let text = """
            web-1
            @who web-1 ssh-ed25519 \(Self.key)
            |1|x web-1 ssh-ed25519 \(Self.key)
            web-1 ssh-rsa \(Self.key)
            web-1 ssh-ed25519 AAAA
            # nothing wrong here

            web-1 ssh-ed25519 \(Self.key)
            """
        let knownHosts = KnownHosts(files: [("file", text)])
        #expect(knownHosts.malformedLines.map(\.line) == [1, 2, 3, 4, 5])
        #expect(knownHosts.malformedLines.allSatisfy { $0.file == "file" && !$0.reason.isEmpty })
        #expect(knownHosts.verdict(host: "web-1", port: 22, keyType: "ssh-ed25519", blob: Self.blob) == .accepted)
    }

    @Test func `an authority of certificates is reported as unsupported and vouches for nothing`() {
        let knownHosts = KnownHosts(files: [("file", "\n@cert-authority *.example.com ssh-ed25519 \(Self.key)")])
        #expect(knownHosts.unsupportedLines.map(\.line) == [2])
        #expect(knownHosts.lookUp(host: "a.example.com", port: 22).certificateAuthorities.map(\.line) == [2])
        #expect(knownHosts.lookUp(host: "b.example.net", port: 22).certificateAuthorities.isEmpty)
        #expect(knownHosts.malformedLines.isEmpty)
        #expect(knownHosts.knownKeyTypes(host: "a.example.com", port: 22).isEmpty)
        #expect(
            knownHosts.verdict(host: "a.example.com", port: 22, keyType: "ssh-ed25519", blob: Self.blob) == .unknown)
    }

    @Test func `a blob is only accepted as the type the server gave it`() {
        let knownHosts = KnownHosts(files: [("file", "web-1 ssh-ed25519 \(Self.key)")])
        guard case .changed = knownHosts.verdict(host: "web-1", port: 22, keyType: "ssh-rsa", blob: Self.blob) else {
            Issue.record("accepted under another type")
            return
        }
    }

    @Test func `known types are those of the host, each once, without revoked keys and authorities`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let rsa = try String(contentsOfFile: await keys.key(["-t", "rsa"]) + ".pub", encoding: .utf8)
            let ecdsa = try String(contentsOfFile: await keys.key(["-t", "ecdsa"]) + ".pub", encoding: .utf8)
            let knownHosts = KnownHosts(files: [
                ("one", "web-1 \(rsa)web-* \(rsa)@revoked web-1 \(ecdsa)@cert-authority web-1 \(ecdsa)"),
                ("two", "web-1 ssh-ed25519 \(Self.key)\n[web-1]:2222 \(ecdsa)"),
            ])
            #expect(knownHosts.knownKeyTypes(host: "web-1", port: 22) == ["ssh-rsa", "ssh-ed25519"])
            #expect(knownHosts.knownKeyTypes(host: "web-1", port: 2222) == ["ecdsa-sha2-nistp256"])
            #expect(knownHosts.knownKeyTypes(host: "web-1", port: 2223) == ["ssh-rsa", "ssh-ed25519"])
            #expect(knownHosts.knownKeyTypes(host: "db", port: 22).isEmpty)
        }
    }

    @Test func `a pattern of many stars is matched in no time`() {
        let name = String(repeating: "a", count: 250)
        let pattern = String(repeating: "*a", count: 250) + "*b"
        let knownHosts = KnownHosts(files: [("file", "\(pattern) ssh-ed25519 \(Self.key)")])
        #expect(knownHosts.knownKeyTypes(host: name, port: 22).isEmpty)
    }

    @Test(arguments: [
        ([], ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512"]),
        (["ssh-rsa"], ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256"]),
        (["ecdsa-sha2-nistp521"], ["ecdsa-sha2-nistp521", "ssh-ed25519", "ecdsa-sha2-nistp256"]),
        (["ssh-dss", "sk-ssh-ed25519@openssh.com"], ["ssh-ed25519", "ecdsa-sha2-nistp256"]),
        (["ssh-rsa", "ssh-ed25519"], ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-ed25519"]),
    ])
    func `a server is asked for the known keys first, and for every other after them`(
        known: [String], first: [String]
    ) {
        let order = hostKeyPreference(knownTypes: known)
        #expect(Array(order.prefix(first.count)) == first)
        #expect(order.count == 7)
        #expect(Set(order).count == 7)
    }
}
