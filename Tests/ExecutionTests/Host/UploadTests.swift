import DeployModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Uploads over a real sshd.
@Suite(.timeLimit(.minutes(3))) struct UploadTests {
    /// 4,000 files, most of them with names that some shell or protocol would stumble over.
    private func makeHostileTree(at path: String) throws {
        let pieces = [
            "plain", "with space", "it's", "\"quoted\"", "new\nline", "-rf", "--delete", "$HOME", "`id`", "back\\slash",
            "\\#012", "ü日本", "*", "?", "[a]", "~", "a;b", "#", " lead", "trail ", "\t", "%s", "..x", "!", "(x)",
            "\u{1b}[31m",
        ]
        for index in 0..<4000 {
            let directory = "\(path)/\(pieces[index % pieces.count])/\(index / 500)"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let name = pieces[(index / pieces.count) % pieces.count]
            let file = "\(directory)/\(index)\(name)"
            guard FileManager.default.createFile(atPath: file, contents: Data("\(index) \(name)".utf8)) else {
                throw CocoaError(.fileWriteUnknown)
            }
        }
    }

    @Test func `4,000 hostile names arrive as they are, and one changed file costs one file`() async throws {
        try await RealHost.run { real in
            let source = try real.lab.makeDirectory("dist")
            try makeHostileTree(at: source)
            let first = try await real.prepare(source, id: "1")
            #expect(first.release.fileCount == 4000)
            var executor = try real.executor(first)
            let facts = try await executor.inspect(release: first.release)
            #expect(facts.live == nil)
            var result = try await executor.upload(first.release)
            #expect(result.transferredFiles == 4000)
            #expect(try await real.digest(of: source) == real.digest(of: "\(real.destination)/releases/1"))
            try await executor.activateLink(to: "1")
            try await executor.markGood("1")

            // The same tree again is known by its digest.
            let again = try await real.prepare(source, id: "2")
            #expect(
                try await executor.inspect(release: again.release).live
                    == LiveRelease(id: "1", contentDigest: again.release.contentDigest, isGood: true))
            #expect(try await executor.upload(first.release).wasPresent)

            try real.lab.write("changed", to: "dist/it's/0/2it's")
            let third = try await real.prepare(source, id: "3")
            executor = try real.executor(third)
            result = try await executor.upload(third.release)
            #expect(result.transferredFiles == 1)
            #expect(result.transferredBytes == 7)
            #expect(try await real.digest(of: source) == real.digest(of: "\(real.destination)/releases/3"))
        }
    }

    @Test func `in CI a fresh checkout with new times transfers only what differs`() async throws {
        try await RealHost.run { real in
            func checkOut(_ name: String, time: TimeInterval) throws -> String {
                for index in 0..<200 {
                    let file = try real.lab.write("content \(index)", to: "\(name)/d\(index % 7)/\(index)")
                    try FileManager.default.setAttributes(
                        [.modificationDate: Date(timeIntervalSince1970: time)], ofItemAtPath: file)
                }
                return real.lab.path(name)
            }
            let first = try await real.prepare(try checkOut("one", time: 1_000_000_000), id: "1")
            _ = try await real.executor(first, environment: ["CI": "true"]).upload(first.release)
            let second = try checkOut("two", time: 1_100_000_000)
            try real.lab.write("other", to: "two/d0/0")
            let prepared = try await real.prepare(second, id: "2")
            let executor = try real.executor(prepared, environment: ["CI": "true"])
            let result = try await executor.upload(prepared.release)
            #expect(result.transferredFiles == 1)
            #expect(result.transferredBytes == 5)
            let shared = try await real.lab.command([
                "find", "\(real.destination)/releases/2", "-type", "f", "-links", "2",
            ])
            #expect(shared.text.split(separator: "\n").count == 199)
        }
    }

    @Test func `a host that dies in mid-upload is named with the phase, and nothing live has changed`() async throws {
        try await RealHost.run { real in
            let source = try real.lab.makeDirectory("dist")
            try real.lab.write("old", to: "srv/old/file")
            try FileManager.default.createDirectory(atPath: real.destination, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: "\(real.destination)/current", withDestinationPath: real.lab.path("srv/old"))
            let block = Data((0..<1_000_000).map { _ in UInt8.random(in: .min ... .max) })
            for index in 0..<80 { try block.write(to: URL(fileURLWithPath: "\(source)/\(index)")) }
            let prepared = try await real.prepare(source, id: "1")
            let executor = try real.executor(prepared)

            let crash = Task {
                try await eventually("the upload to be under way", within: .seconds(60)) {
                    real.events.kinds.contains {
                        if case .uploadProgressed(_, let at) = $0 { at.percent >= 10 } else { false }
                    }
                }
                await real.server.crash()
            }
            let error = await #expect(throws: DeployError.self) { try await executor.upload(prepared.release) }
            try await crash.value
            #expect(error?.code == .connectionLost)
            #expect(error?.host == "web-1")
            let message = "the upload broke off: the connection broke; the host cannot be reached again: connect: "
            #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: "\(real.destination)/current")
            #expect(link == real.lab.path("srv/old"))
            #expect(!FileManager.default.fileExists(atPath: "\(real.destination)/releases/1"))

            // The host is back: the next run goes on from what arrived.
            try await real.server.listen()
            let next = try await real.prepare(source, id: "2")
            let result = try await real.executor(next).upload(next.release)
            #expect(result.transferredFiles < 80)
            #expect(try await real.digest(of: source) == real.digest(of: "\(real.destination)/releases/2"))
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(real.destination)/releases")
            #expect(names.sorted() == [".2.json", "2"])
        }
    }

    @Test func `a connection that breaks is made again, and the upload goes on`() async throws {
        try await RealHost.run { real in
            let source = try real.lab.makeDirectory("dist")
            let block = Data((0..<1_000_000).map { _ in UInt8.random(in: .min ... .max) })
            for index in 0..<60 { try block.write(to: URL(fileURLWithPath: "\(source)/\(index)")) }
            let prepared = try await real.prepare(source, id: "1")
            let executor = try real.executor(prepared)
            let isCut = Atomic(false)
            real.events.atEach { kind in
                guard case .uploadProgressed(_, let at) = kind, at.percent >= 20 else { return }
                if !isCut.exchange(true, ordering: .relaxed) { real.server.killConnections() }
            }
            let result = try await executor.upload(prepared.release)
            #expect(!result.wasPresent)
            #expect(
                real.events.transcript.contains {
                    $0 == "warning: the upload broke off: the connection broke; connecting again"
                })
            #expect(try await real.digest(of: source) == real.digest(of: "\(real.destination)/releases/1"))
        }
    }

    @Test func `an interrupted upload ends at once and leaves no process`() async throws {
        try await RealHost.run { real in
            let source = try real.lab.makeDirectory("dist")
            let block = Data((0..<1_000_000).map { _ in UInt8.random(in: .min ... .max) })
            for index in 0..<200 { try block.write(to: URL(fileURLWithPath: "\(source)/\(index)")) }
            let prepared = try await real.prepare(source, id: "1")
            let executor = try real.executor(prepared)
            let upload = Task { try await executor.upload(prepared.release) }
            try await eventually("the upload to be under way", within: .seconds(60)) {
                real.events.kinds.contains { if case .uploadProgressed = $0 { true } else { false } }
            }
            upload.cancel()
            let error = await #expect(throws: DeployError.self) { try await upload.value }
            #expect(error?.code == .interrupted)
            try await eventually("no rsync of ours") {
                try await real.lab.command(["pgrep", "-f", "rsync.*\(real.lab.directory)"]).text.isEmpty
            }
        }
    }
}
