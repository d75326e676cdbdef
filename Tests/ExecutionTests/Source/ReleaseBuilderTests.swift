import DeployModel
import Foundation
import Testing

@testable import Execution

struct ReleaseBuilderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func prepare(_ change: (inout ReleaseConfiguration) -> Void = { _ in }) async throws -> PreparedRelease {
        var configuration = ReleaseConfiguration(source: scratch("src"), destination: "/srv/shop")
        change(&configuration)
        return try await ReleaseBuilder().prepare(
            configuration, privatePaths: [scratch("src/hosts.yml")], date: Date(timeIntervalSince1970: 1_700_000_000))
    }

    @Test func `a release is measured by what would be sent`() async throws {
        try scratch.write("hello", to: "src/lib/app.js")
        try scratch.write("#!/bin/sh", to: "src/start", mode: 0o755)
        for file in [".git/config", ".env", ".env.example", "key.pem", "hosts.yml", "lib/app.js.map"] {
            try scratch.write("secret", to: "src/\(file)")
        }
        let release = try await prepare { $0.excludes = ["*.map", "!.env.example"] }.release
        #expect(release.fileCount == 3)
        #expect(release.totalBytes == 5 + 9 + 6)
        #expect(release.gitCommit == nil)
        #expect(release.id.text == "20231114221320-\(release.contentDigest.prefix(8))")
        #expect(release.contentDigest.count == 64)
    }

    @Test func `private files stay here by whatever name they lie in the source`() async throws {
        for file in ["app.js", "hosts.yml", "conf/base.yml", "keys/deploy"] {
            try scratch.write("text", to: "src/\(file)")
        }
        try scratch.link("alias", to: "src")
        let paths = ["alias/hosts.yml", "src/conf/base.yml"].map { scratch($0) } + ["~/src/keys/deploy"]
        for source in ["src", "alias"] {
            let release = try await ReleaseBuilder().prepare(
                ReleaseConfiguration(source: scratch(source), destination: "/srv/shop"), privatePaths: paths,
                home: scratch("")
            ).release
            #expect(release.fileCount == 1)
        }
    }

    @Test func `the digest changes with names, contents, executability and links, and with nothing else`() async throws
    {
        try scratch.write("hello", to: "src/a")
        try scratch.write("world", to: "src/d/b")
        try scratch.link("src/l", to: "a")
        let first = try await prepare().release.contentDigest
        var seen: Set<String> = [first]

        let old = Date(timeIntervalSince1970: 1)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: scratch("src/a"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch("src/a"))
        #expect(try await prepare().release.contentDigest == first)

        let changes: [(Scratch) throws -> Void] = [
            { try $0.write("hellO", to: "src/a") },
            { try $0.write("hellO", to: "src/a", mode: 0o755) },
            { try FileManager.default.moveItem(atPath: $0("src/a"), toPath: $0("src/A")) },
            {
                try FileManager.default.removeItem(atPath: $0("src/l"))
                try $0.link("src/l", to: "A")
            },
            { try $0.makeDirectory("src/empty") },
            { try $0.write("", to: "src/zero") },
        ]
        for change in changes {
            try change(scratch)
            let digest = try await prepare().release.contentDigest
            #expect(seen.insert(digest).inserted)
        }
    }

    @Test func `hostile names are names like others`() async throws {
        for name in ["new\nline", "-rf", "it's \"x\" `y` $z", "ü 日本", "\\#012", " lead", "trail ", "*"] {
            try scratch.write(name, to: "src/\(name)")
        }
        #expect(try await prepare().release.fileCount == 8)
        var bytes = Array((scratch.path + "/src/").utf8CString.dropLast())
        bytes += [CChar(bitPattern: 0xff), CChar(bitPattern: 0xfe), 0]
        let descriptor = open(bytes, O_CREAT | O_WRONLY, 0o644)
        #expect(descriptor >= 0)
        close(descriptor)
        #expect(try await prepare().release.fileCount == 9)
    }

    @Test func `links that lead out and what is no file are mentioned`() async throws {
        try scratch.write("x", to: "src/d/file")
        try scratch.link("src/d/in", to: "../d/./file")
        try scratch.link("src/d/out", to: "../../etc")
        try scratch.link("src/absolute", to: "/etc/passwd")
        #expect(mkfifo(scratch("src/pipe"), 0o644) == 0)
        let prepared = try await prepare()
        #expect(
            prepared.warnings == [
                "`absolute`, `d/out` are links that lead out of the release",
                "`pipe` is left out: not a file, a link or a directory",
            ])
    }

    @Test func `the commit is part of the id`() async throws {
        try scratch.write("x", to: "src/file")
        let git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", scratch("src")]
        for command in [["init", "-q"], ["add", "."], ["commit", "-qm", "x"]] {
            let result = try await LocalProcesses().run(
                .argv(git + command), directory: "/", environment: [:], timeout: .seconds(20), output: nil)
            #expect(result.isSuccess, "\(result.standardError)")
        }
        let release = try await prepare().release
        let commit = try #require(release.gitCommit)
        #expect(commit.count == 7)
        #expect(release.id.text == "20231114221320-\(commit)")
        #expect(release.fileCount == 1)
    }

    @Test func `a source that is missing, a file or empty is refused`() async throws {
        func failure() async throws -> String {
            try await #require(throws: DeployError.self) { try await prepare() }.message
        }
        #expect(try await failure() == "`\(scratch("src"))` is no directory")
        try scratch.write("x", to: "src")
        #expect(try await failure() == "`\(scratch("src"))` is no directory")
        try FileManager.default.removeItem(atPath: scratch("src"))
        try scratch.write("x", to: "src/.env")
        try scratch.makeDirectory("src/empty")
        #expect(try await failure() == "`\(scratch("src"))` holds no files to deploy")
    }

    @Test func `a change of the source shows, even one that hides its time`() async throws {
        let file = try scratch.write("hello", to: "src/a")
        let rules = ExcludeRules(ReleaseConfiguration(source: scratch("src"), destination: "/srv"))
        let time = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate]
        func fingerprint() async throws -> Int {
            try await SourceTree.scan(scratch("src"), rules: rules, environment: ChildEnvironment()).fingerprint
        }
        let before = try await fingerprint()
        #expect(try await fingerprint() == before)
        try FileHandle(forWritingTo: URL(fileURLWithPath: file)).write(contentsOf: Data("HELLO".utf8))
        try FileManager.default.setAttributes([.modificationDate: time ?? Date()], ofItemAtPath: file)
        #expect(try await fingerprint() != before)
    }
}
