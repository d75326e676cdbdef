import Foundation
import SSHTransport
import TestSupport
import Testing

/// Keys that are written down, read back by us and by OpenSSH's own tools.
struct KnownHostsFileTests {
    private static func key(_ last: UInt8 = 1) throws -> HostKey {
        var blob = Array(Data(base64Encoded: KnownHostsTests.key) ?? Data())
        blob[blob.count - 1] = last
        return try #require(HostKey(blob: blob))
    }

    private static let web = KnownHostsName(host: "Web-1", port: 22)
    private static let alternate = KnownHostsName(host: "web-1", port: 2222)

    @Test(arguments: [web, alternate, KnownHostsName(host: "::1", port: 2222)], [false, true])
    func `a first key is recorded so that ssh-keygen finds it`(name: KnownHostsName, isHashed: Bool) async throws {
        try await Lab.run { lab in
            let path = lab.path("new/known_hosts")
            let key = try Self.key()
            let verdict = try await KnownHostsFile(path: path).record([key], for: name, isHashed: isHashed)
            #expect(verdict == .accepted)
            let found = try await lab.command(["ssh-keygen", "-F", name.description, "-f", path])
            #expect(found.text.contains(KnownHostsTests.key.prefix(40)))
            #expect(
                try String(contentsOfFile: path, encoding: .utf8).contains("web-1") != isHashed || name.host == "::1")
            #expect(try Self.mode(of: path) == 0o600)
        }
    }

    @Test func `a line that was left open is closed first`() async throws {
        try await Lab.run { lab in
            let path = try lab.write("other ssh-ed25519 \(KnownHostsTests.key)", to: "known_hosts", mode: 0o644)
            _ = try await KnownHostsFile(path: path).record([try Self.key()], for: Self.web)
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[1].hasPrefix("web-1 ssh-ed25519 "))
            // What others may read they may read still.
            #expect(try Self.mode(of: path) == 0o644)
        }
    }

    @Test(arguments: [
        ("web-1 {other}\n", "changed"), ("web-1 {own}\n", "accepted"), ("@revoked * {own}\n", "revoked"),
        ("* {own}\n", "accepted"), ("web-1 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQE=\n", "changed"),
    ])
    func `nothing is written for a host that is known, here or in another file`(
        text: String, expected: String
    ) async throws {
        try await Lab.run { lab in
            let (own, other) = (try Self.key(1), try Self.key(2))
            let lines = text.replacing("{own}", with: Self.line(own)).replacing("{other}", with: Self.line(other))
            let path = try lab.write(lines, to: "known_hosts")
            let empty = try lab.write("", to: "empty")
            for (file, others) in [(path, []), (empty, [path])] {
                let before = try String(contentsOfFile: file, encoding: .utf8)
                let verdict = try await KnownHostsFile(path: file).record([own], for: Self.web, besides: others)
                #expect("\(verdict)".hasPrefix(expected))
                #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
            }
        }
    }

    @Test func `of two different first keys only one is recorded`() async throws {
        try await Lab.run { lab in
            let path = lab.path("known_hosts")
            let verdicts = try await withThrowingTaskGroup(of: KnownHostsVerdict.self) { group in
                for last in 1...8 {
                    let key = try Self.key(UInt8(last))
                    group.addTask { try await KnownHostsFile(path: path).record([key], for: Self.web) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(verdicts.count { $0 == .accepted } == 1)
            #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 1)
        }
    }

    @Test func `a lock that another process holds is waited for, though not for ever`() async throws {
        try await Lab.run { lab in
            let path = try lab.write("", to: "known_hosts")
            let holder = try lab.start(
                "flock", ["flock", "-x", "--no-fork", path, "sh", "-c", "echo held; exec sleep 60"])
            try await holder.waitForLog("held")
            let file = KnownHostsFile(path: path, lockDeadline: .milliseconds(100))
            await #expect(throws: KnownHostsFileError.self) { try await file.record([try Self.key()], for: Self.web) }
            await holder.stop()
            _ = try await KnownHostsFile(path: path).record([try Self.key()], for: Self.web)
        }
    }

    @Test func `a replaced key leaves every other byte as it was`() async throws {
        try await Lab.run { lab in
            let (old, new) = (try Self.key(1), try Self.key(2))
            let hashed = try lab.write("web-1 \(Self.line(old))\n", to: "to-hash")
            try await KeyLab(lab: lab).run(["ssh-keygen", "-q", "-H", "-f", hashed])
            let kept = "# mine\n\nweb-2 \(Self.line(old))\n@revoked web-1 \(Self.line(old))\nbroken\n"
            let path = try lab.write(
                kept + "web-1 \(Self.line(old)) note\n" + LabLog(path: hashed).text
                    + "10.0.0.1,WEB-1,x \(Self.line(old)) note", to: "known_hosts", mode: 0o644)
            try await KnownHostsFile(path: path).replace(with: [new], for: Self.web)
            #expect(
                try String(contentsOfFile: path, encoding: .utf8)
                    == kept + "10.0.0.1,x \(Self.line(old)) note\nweb-1 \(Self.line(new))\n")
            #expect(try Self.mode(of: path) == 0o644)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: lab.directory).contains { $0.contains(".XX") }
                    == false)
        }
    }

    @Test(arguments: ["*", "web-?", "!web-2,web-*", "web-1,web-*"])
    func `a line with wildcards cannot be replaced for one host`(names: String) async throws {
        try await Lab.run { lab in
            let text = "\(names) \(Self.line(try Self.key(1)))\n"
            let path = try lab.write(text, to: "known_hosts")
            await #expect(throws: KnownHostsFileError.self) {
                try await KnownHostsFile(path: path).replace(with: [try Self.key(2)], for: Self.web)
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test func `a symbolic link leads to the file that is replaced`() async throws {
        try await Lab.run { lab in
            let target = try lab.write("web-1 \(Self.line(try Self.key(1)))\n", to: "target")
            let link = lab.path("known_hosts")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            try await KnownHostsFile(path: link).replace(with: [try Self.key(2)], for: Self.web)
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "web-1 \(Self.line(try Self.key(2)))\n")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
        }
    }

    private static func line(_ key: HostKey) -> String { "\(key.type) \(Data(key.blob).base64EncodedString())" }

    private static func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
