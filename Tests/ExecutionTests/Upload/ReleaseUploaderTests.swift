import DeployModel
import Foundation
import SSHTransport
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Real rsyncs and a real hand-over; only the connection is replaced, by a local shell.
@Suite(.timeLimit(.minutes(2))) struct ReleaseUploaderTests {
    private let scratch: Scratch
    private let layout: ReleaseLayout

    init() throws {
        scratch = try Scratch()
        layout = ReleaseLayout(
            ReleaseConfiguration(source: "/", destination: scratch("it's a dir")),
            placeholders: Placeholders(host: nil, release: nil, service: "shop"))
        try scratch.write("hello", to: "src/lib/app.js")
        try scratch.write("#!/bin/sh", to: "src/start", mode: 0o755)
        try scratch.write("static", to: "src/public/it's \"x\" `y`\n$z")
        try scratch.link("src/link", to: "lib/app.js")
        try scratch.makeDirectory("src/empty")
        try scratch.write("secret", to: "src/.env")
    }

    private var releases: String { "it's a dir/releases" }

    private func prepared(_ id: ReleaseID) async throws -> PreparedRelease {
        try await ReleaseBuilder().prepare(
            ReleaseConfiguration(source: scratch("src"), destination: "/", fixedID: id))
    }

    private func upload(
        _ prepared: PreparedRelease, host: LocalHost = LocalHost(), comparison: RsyncCommand.Comparison = .times,
        verification: ReleaseConfiguration.Verification = .checksum,
        progressed: @escaping @Sendable (UploadProgress) -> Void = { _ in }
    ) async throws -> UploadResult {
        let uploader = ReleaseUploader(
            host: "web-1", layout: layout, source: prepared.source,
            sourceGuard: SourceGuard(prepared.source, environment: ChildEnvironment()), comparison: comparison,
            verification: verification,
            scripts: ReleaseScripts(host: "web-1", channel: host),
            rsync: RsyncRunner(
                channel: host, handover: try DescriptorHandover(), environment: ChildEnvironment(),
                remoteShell: try RemoteShellProgram.words),
            progressed: progressed)
        return try await uploader.upload(prepared.release)
    }

    private func makeLive(_ id: ReleaseID) throws {
        try? FileManager.default.removeItem(atPath: scratch("it's a dir/current"))
        try scratch.link("it's a dir/current", to: "releases/\(id)")
    }

    /// Whether a release holds exactly the source, apart from what is excluded and added.
    private func difference(_ id: ReleaseID) async throws -> String {
        let result = try await LocalProcesses().run(
            .argv([
                "diff", "-r", "--no-dereference", "-x", ".env", "-x", "REVISION", scratch("src"),
                scratch("\(releases)/\(id)"),
            ]),
            directory: "/", environment: [:], timeout: .seconds(20), output: nil)
        return result.standardOutput + result.standardError
    }

    @Test(arguments: [RsyncCommand.Comparison.times, .checksums])
    func `a release arrives whole, and under its name only then`(comparison: RsyncCommand.Comparison) async throws {
        let host = LocalHost()
        let percents = Mutex<[Int]>([])
        let result = try await upload(try await prepared("1"), host: host, comparison: comparison) { progress in
            percents.withLock { $0.append(progress.percent) }
        }
        #expect(result == UploadResult(wasPresent: false, transferredFiles: 3, transferredBytes: 20, deletedFiles: 0))
        #expect(try await difference("1") == "")
        #expect(scratch.names(in: releases) == [".1.json", "1"])
        #expect(!FileManager.default.fileExists(atPath: scratch("\(releases)/1/.env")))
        #expect(FileManager.default.isExecutableFile(atPath: scratch("\(releases)/1/start")))
        #expect(percents.withLock { !$0.isEmpty })
        #expect(host.lines.count == 1, "every file was sent, and proven by the rsync that sent it")
        #expect(host.lines.allSatisfy { ShellQuoting.isConstantLine($0) }, "\(host.lines)")
    }

    @Test func `a release that is there needs no rsync`() async throws {
        let prepared = try await prepared("1")
        _ = try await upload(prepared)
        let host = LocalHost()
        #expect(try await upload(prepared, host: host).wasPresent)
        #expect(host.lines.isEmpty)
    }

    @Test func `unchanged files are shared with the live release, and one changed file costs one file`() async throws {
        _ = try await upload(try await prepared("1"))
        try makeLive("1")
        try scratch.write("HELLO!", to: "src/lib/app.js")
        try FileManager.default.removeItem(atPath: scratch("src/public"))
        let result = try await upload(try await prepared("2"))
        #expect(result.transferredFiles == 1)
        #expect(result.transferredBytes == 6)
        #expect(try await difference("2") == "")
        #expect(try scratch.inode("\(releases)/1/start") == scratch.inode("\(releases)/2/start"))
        #expect(try scratch.inode("\(releases)/1/lib/app.js") != scratch.inode("\(releases)/2/lib/app.js"))
        #expect(scratch.text("\(releases)/1/lib/app.js") == "hello")
    }

    @Test func `a fresh checkout with new times transfers what differs, and shares the rest`() async throws {
        _ = try await upload(try await prepared("1"), comparison: .checksums)
        try makeLive("1")
        for file in ["src/lib/app.js", "src/start"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: scratch(file))
        }
        try scratch.write("new", to: "src/new")
        let result = try await upload(try await prepared("2"), comparison: .checksums)
        #expect(result.transferredFiles == 1)
        #expect(result.transferredBytes == 3)
        #expect(try scratch.inode("\(releases)/1/start") == scratch.inode("\(releases)/2/start"))
    }

    @Test func `the files of a release that is not ours are copied and not shared`() async throws {
        try scratch.write("#!/bin/sh", to: "old app/start", mode: 0o755)
        let time = try FileManager.default.attributesOfItem(atPath: scratch("src/start"))[.modificationDate]
        try FileManager.default.setAttributes(
            [.modificationDate: time ?? Date()], ofItemAtPath: scratch("old app/start"))
        try scratch.makeDirectory(releases)
        try scratch.link("it's a dir/current", to: scratch("old app"))
        let result = try await upload(try await prepared("1"))
        #expect(result.transferredFiles == 2)
        #expect(try scratch.inode("old app/start") != scratch.inode("\(releases)/1/start"))
        #expect(try await difference("1") == "")
    }

    @Test func `a file that was changed in place behind our back is found and mended`() async throws {
        _ = try await upload(try await prepared("1"))
        try makeLive("1")
        let file = scratch("\(releases)/1/lib/app.js")
        let time = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate]
        try FileHandle(forWritingTo: URL(fileURLWithPath: file)).write(contentsOf: Data("jello".utf8))
        try FileManager.default.setAttributes([.modificationDate: time ?? Date()], ofItemAtPath: file)

        let result = try await upload(try await prepared("2"))
        #expect(scratch.text("\(releases)/2/lib/app.js") == "hello")
        #expect(result.transferredFiles == 1)
        #expect(scratch.text("\(releases)/1/lib/app.js") == "jello", "the other release is left as it is")
    }

    @Test func `a connection that breaks leaves no release, and the next run goes on from what arrived`() async throws {
        try scratch.write(String(repeating: "0123456789abcdef", count: 200_000), to: "src/big")
        let host = LocalHost(faults: [.lostAfter(reads: 20)])
        let error = try await #require(throws: DeployError.self) {
            try await upload(try await prepared("1"), host: host)
        }
        #expect(error.code == .connectionLost)
        #expect(scratch.names(in: releases) == [".1.json", "1.partial"])

        let second = LocalHost()
        let result = try await upload(try await prepared("2"), host: second)
        #expect(second.lines.count == 2, "what was there already is verified")
        #expect(scratch.names(in: releases) == [".2.json", "2"])
        #expect(try await difference("2") == "")
        #expect(result.transferredBytes < 3_000_000, "a third of the big file had arrived")
    }

    @Test func `hosts that end together look at the source once more, and each sees a change made before it asked`()
        async throws
    {
        let source = try await prepared("1").source
        let sourceGuard = SourceGuard(source, environment: ChildEnvironment())
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { try await sourceGuard.isUnchanged() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: true, count: 20))
        try scratch.write("later", to: "src/lib/late.js")
        #expect(try await !sourceGuard.isUnchanged())
    }

    @Test func `an id that holds something else is refused`() async throws {
        _ = try await upload(try await prepared("1"))
        try scratch.write("changed", to: "src/lib/app.js")
        let error = try await #require(throws: DeployError.self) { try await upload(try await prepared("1")) }
        #expect(error.code == .invalidRelease)
        #expect(scratch.text("\(releases)/1/lib/app.js") == "hello")
    }

    @Test func `a source that changes during the upload makes no release`() async throws {
        let prepared = try await prepared("1")
        try scratch.write("later", to: "src/lib/late.js")
        let error = try await #require(throws: DeployError.self) { try await upload(prepared) }
        #expect(error.message == "`\(scratch("src"))` was changed during the upload")
        #expect(scratch.names(in: releases) == [".1.json", "1.partial"])
    }

    @Test func `a host without rsync is said to be one`() async throws {
        try scratch.write("#!/bin/sh\nexit 127\n", to: "bin/rsync", mode: 0o755)
        let error = try await #require(throws: DeployError.self) {
            try await upload(try await prepared("1"), host: LocalHost(path: scratch("bin")))
        }
        #expect(error.code == .rsyncMissing, "\(error) \(error.evidence)")
        #expect(error.host == "web-1")
    }

    @Test func `a shell that prints text is told apart`() async throws {
        try scratch.write(
            "#!/bin/sh\necho Welcome to web-1, have a nice day\nexec /usr/bin/rsync \"$@\"\n", to: "bin/rsync",
            mode: 0o755)
        let error = try await #require(throws: DeployError.self) {
            try await upload(try await prepared("1"), host: LocalHost(path: scratch("bin")))
        }
        #expect(error.code == .uploadFailed)
        #expect(error.hint == "what `.bashrc` and its like print must go to terminals only")
    }

    @Test(.enabled(if: geteuid() == 0)) func `a full disk is told with its path, and nothing changes`() async throws {
        try scratch.makeDirectory("it's a dir")
        let local = LocalProcesses()
        func command(_ argv: [String]) async throws -> CommandResult {
            try await local.run(.argv(argv), directory: "/", environment: [:], timeout: .seconds(20), output: nil)
        }
        let mounted = try await command(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", scratch("it's a dir")])
        try #require(mounted.isSuccess)
        try scratch.write(String(repeating: "0123456789abcdef", count: 100_000), to: "src/big")
        let error = await #expect(throws: DeployError.self) { try await upload(try await prepared("1")) }
        #expect(error?.code == .diskFull)
        #expect(error?.message == "`\(scratch(releases))` is full: No space left on device")
        #expect(scratch.names(in: releases) == [".1.json", "1.partial"])
        _ = try await command(["umount", scratch("it's a dir")])
    }
}
