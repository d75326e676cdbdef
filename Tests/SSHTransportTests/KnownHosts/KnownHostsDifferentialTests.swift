import Foundation
import SSHTransport
import TestSupport
import Testing

/// Our verdicts beside those of OpenSSH itself.
struct KnownHostsDifferentialTests {
    struct Case: Sendable {
        var host = "web-1"
        var port = 22
        var shows = OpenSSHVerdicts.KeyType.ed25519
        /// `{ed25519}` stands for the server's own key of that type, `{!ed25519}` for another of it.
        var lines: String
        /// Hash the names first, as `ssh-keygen -H` does.
        var hashed = false
        var expected: OpenSSHVerdicts.Answer
        /// What OpenSSH says where we are stricter on purpose.
        var openSSHSays: OpenSSHVerdicts.Answer?
    }

    static let cases: [Case] = [
        // Plain names and lists.
        Case(lines: "web-1 {ed25519}", expected: .accepted),
        Case(lines: "", expected: .unknown),
        Case(lines: "web-2 {ed25519}", expected: .unknown),
        Case(lines: "web-1 {!ed25519}", expected: .changed),
        Case(lines: "web-1 {ed25519} a comment with blanks", expected: .accepted),
        Case(lines: "web-0,web-1,web-2 {ed25519}", expected: .accepted),
        Case(lines: "web-0,web-2 {ed25519}", expected: .unknown),
        Case(lines: "web-1, {ed25519}", expected: .accepted),
        Case(lines: ",web-1 {ed25519}", expected: .accepted),
        Case(lines: "  web-1\t{ed25519}", expected: .accepted),
        Case(lines: "#web-1 {ed25519}", expected: .unknown),
        Case(lines: "\n\n# a comment\n\nweb-1 {ed25519}\n", expected: .accepted),
        Case(lines: "web-1 {ed25519}\r\n", expected: .accepted),
        Case(lines: "web-2 {!ed25519}\r\nweb-1 {ed25519}\r\nweb-3 {!ed25519}\r\n", expected: .accepted),
        // Case and short names.
        Case(host: "WEB-1", lines: "web-1 {ed25519}", expected: .accepted),
        Case(lines: "Web-1 {ed25519}", expected: .accepted),
        Case(host: "h", lines: "h {ed25519}", expected: .accepted),
        Case(host: "db", lines: "db {!ed25519}", expected: .changed),
        Case(host: "db", lines: "h1,db {ed25519}", expected: .accepted),
        // Several keys.
        Case(lines: "web-1 {!ed25519}\nweb-1 {ed25519}", expected: .accepted),
        Case(lines: "web-1 {!rsa}\nweb-1 {ed25519}", expected: .accepted),
        Case(lines: "web-1 {rsa}", expected: .changed),
        Case(lines: "web-1 {!ecdsa}\nweb-1 {!rsa}", expected: .changed),
        Case(shows: .ecdsa, lines: "web-1 {ecdsa}", expected: .accepted),
        Case(shows: .ecdsa, lines: "web-1 {ed25519}", expected: .changed),
        Case(shows: .rsa, lines: "web-1 {rsa}", expected: .accepted),
        Case(shows: .rsa, lines: "web-1 {!rsa}\nweb-1 {ed25519}", expected: .changed),
        // Ports.
        Case(port: 2222, lines: "[web-1]:2222 {ed25519}", expected: .accepted),
        Case(port: 2222, lines: "[web-1]:2222 {!ed25519}", expected: .changed),
        Case(port: 2222, lines: "[web-1]:2223 {ed25519}", expected: .unknown),
        Case(port: 2222, lines: "web-1 {ed25519}", expected: .accepted),
        Case(port: 2222, lines: "web-1 {!ed25519}", expected: .unknown),
        Case(port: 2222, lines: "web-1 {ed25519}\n[web-1]:2222 {!ed25519}", expected: .changed),
        Case(port: 2222, lines: "@revoked web-1 {ed25519}\nweb-1 {ed25519}", expected: .revoked),
        Case(lines: "[web-1]:22 {ed25519}", expected: .unknown),
        Case(lines: "[web-1] {ed25519}", expected: .unknown),
        Case(host: "::1", lines: "::1 {ed25519}", expected: .accepted),
        Case(host: "::1", port: 2222, lines: "[::1]:2222 {ed25519}", expected: .accepted),
        Case(host: "fe80::1", lines: "fe80::* {ed25519}", expected: .accepted),
        Case(host: "10.0.0.7", lines: "10.0.0.7 {!ed25519}", expected: .changed),
        // Wildcards and negation.
        Case(lines: "* {ed25519}", expected: .accepted),
        Case(lines: "web-? {ed25519}", expected: .accepted),
        Case(lines: "web? {ed25519}", expected: .unknown),
        Case(host: "a.example.com", lines: "*.example.com {ed25519}", expected: .accepted),
        Case(host: "example.com", lines: "*.example.com {ed25519}", expected: .unknown),
        Case(host: "a.example.com", port: 2222, lines: "[*.example.com]:2222 {ed25519}", expected: .accepted),
        Case(host: "a.example.com", port: 2222, lines: "[*.example.com]:* {ed25519}", expected: .accepted),
        Case(lines: "*,!web-1 {ed25519}", expected: .unknown),
        Case(lines: "!web-1,* {ed25519}", expected: .unknown),
        Case(lines: "!web-2,* {ed25519}", expected: .accepted),
        Case(lines: "!web-2 {ed25519}", expected: .unknown),
        Case(lines: "*,!WEB-1 {ed25519}", expected: .unknown),
        Case(lines: "w*b*1 {ed25519}", expected: .accepted),
        Case(lines: "web-[12] {ed25519}", expected: .unknown),
        // Hashes.
        Case(lines: "web-1 {ed25519}", hashed: true, expected: .accepted),
        Case(lines: "web-1 {!ed25519}", hashed: true, expected: .changed),
        Case(lines: "web-2 {ed25519}", hashed: true, expected: .unknown),
        Case(port: 2222, lines: "[web-1]:2222 {ed25519}", hashed: true, expected: .accepted),
        Case(host: "WEB-1", lines: "web-1 {ed25519}", hashed: true, expected: .accepted),
        Case(lines: "web-0,web-1 {rsa}\nweb-1 {ed25519}", hashed: true, expected: .accepted),
        Case(lines: "|1|AAAA|AAAA {ed25519}\nweb-1 {ed25519}", expected: .accepted),
        // Markers.
        Case(lines: "@revoked web-1 {ed25519}", expected: .revoked),
        Case(lines: "web-1 {ed25519}\n@revoked * {ed25519}", expected: .revoked),
        Case(lines: "@revoked web-1 {!ed25519}\nweb-1 {ed25519}", expected: .accepted),
        Case(lines: "@revoked web-1 {!ed25519}", expected: .unknown),
        Case(lines: "@revoked web-2 {ed25519}\nweb-1 {ed25519}", expected: .accepted),
        // OpenSSH looks for a blank after the marker before it looks for a tab, and does not see this revocation.
        Case(lines: "@revoked\tweb-1 {ed25519}", expected: .revoked, openSSHSays: .unknown),
        Case(
            port: 2222, lines: "@revoked web-1 {ed25519}\n[web-1]:2222 {ed25519}", expected: .revoked,
            openSSHSays: .accepted),
        Case(lines: "@cert-authority web-1 {ed25519}", expected: .unknown),
        Case(lines: "@cert-authority * {!ed25519}\nweb-1 {ed25519}", expected: .accepted),
        Case(lines: "@unheard-of web-1 {ed25519}", expected: .unknown),
        Case(lines: "@revoked @cert-authority web-1 {ed25519}", expected: .unknown),
        // Lines that are none.
        Case(lines: "web-1\nweb-1 ssh-ed25519\nweb-1 ssh-ed25519 AAAA\nweb-1 {ed25519}", expected: .accepted),
        Case(lines: "web-1 ssh-ed25519 not*base64\n", expected: .unknown),
        Case(lines: "web-1 1024 35 123456789\n", expected: .unknown),
        Case(lines: "web-1 ssh-rsa {ed25519}\n", expected: .unknown),
    ]

    @Test func `a host's key is judged as OpenSSH judges it`() async throws {
        try await Lab.run { lab in
            let openSSH = try await OpenSSHVerdicts.prepare(in: lab)
            for item in Self.cases {
                let text = try await Self.knownHosts(item, openSSH)
                let knownHosts = KnownHosts(files: [("known_hosts", text)])
                let shown = try #require(openSSH.own[item.shows])
                let verdict = knownHosts.verdict(
                    host: item.host, port: item.port, keyType: item.shows.rawValue, blob: Self.blob(shown))
                #expect(Self.answer(verdict) == item.expected, "ours: \(item)")
                let theirs = try await openSSH.answer(
                    host: item.host, port: item.port, shows: item.shows, knownHosts: text)
                #expect(theirs == item.openSSHSays ?? item.expected, "OpenSSH's: \(item)")
            }
        }
    }

    @Test func `the lines found for a name are those that ssh-keygen finds`() async throws {
        try await Lab.run { lab in
            let seed = UInt64.random(in: .min ... .max)
            var random = SeededGenerator(seed: seed)
            let openSSH = try await OpenSSHVerdicts.prepare(in: lab)
            let keys = openSSH.foreign.values.sorted()
            let text = (0..<300).map { _ in
                "\(Self.randomNames(&random)) \(keys.randomElement(using: &random) ?? "")\n"
            }.joined()
            let plain = try lab.write(text, to: "names")
            let hashed = try lab.write(text, to: "names-hashed")
            _ = try await KeyLab(lab: lab).run(["ssh-keygen", "-q", "-H", "-f", hashed])
            let own = Self.blob(try #require(openSSH.own[.ed25519]))
            for file in [plain, hashed] {
                let knownHosts = KnownHosts(files: [("names", try String(contentsOfFile: file, encoding: .utf8))])
                for _ in 0..<40 {
                    let (host, port) = (Self.randomName(&random), Bool.random(using: &random) ? 22 : 2222)
                    let name = port == 22 ? host : "[\(host)]:2222"
                    let verdict = knownHosts.verdict(host: host, port: port, keyType: "ssh-ed25519", blob: own)
                    let ours = if case .changed(let entries) = verdict { entries.map(\.line) } else { [Int]() }
                    #expect(try await ours == openSSH.lines(found: name, in: file), "`\(name)` seed \(seed)")
                }
            }
        }
    }

    // MARK: Private

    private static func knownHosts(_ item: Case, _ openSSH: OpenSSHVerdicts) async throws -> String {
        var text = item.lines
        for (type, name) in [(OpenSSHVerdicts.KeyType.ed25519, "ed25519"), (.ecdsa, "ecdsa"), (.rsa, "rsa")] {
            text = text.replacingOccurrences(of: "{\(name)}", with: openSSH.own[type] ?? "")
            text = text.replacingOccurrences(of: "{!\(name)}", with: openSSH.foreign[type] ?? "")
        }
        guard item.hashed else { return text }
        let file = try openSSH.lab.write(text + "\n", to: openSSH.lab.uniqueName("to-hash"))
        try await KeyLab(lab: openSSH.lab).run(["ssh-keygen", "-q", "-H", "-f", file])
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    private static func blob(_ line: String) -> [UInt8] {
        Array(Data(base64Encoded: String(line.split(separator: " ").last ?? "")) ?? Data())
    }

    private static func answer(_ verdict: KnownHostsVerdict) -> OpenSSHVerdicts.Answer {
        switch verdict {
        case .accepted: .accepted
        case .unknown: .unknown
        case .changed: .changed
        case .revoked: .revoked
        }
    }

    /// Short names of few letters, so that patterns often fit.
    private static func randomName(_ random: inout SeededGenerator) -> String {
        String((0..<Int.random(in: 1...4, using: &random)).map { _ in "ab.".randomElement(using: &random) ?? "a" })
    }

    private static func randomNames(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let pattern = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                "ab.ab.*?".randomElement(using: &random) ?? "a"
            }
            let name = Bool.random(using: &random) ? String(pattern) : "[\(String(pattern))]:2222"
            return (Int.random(in: 0..<4, using: &random) == 0 ? "!" : "") + name
        }.joined(separator: ",")
    }
}
