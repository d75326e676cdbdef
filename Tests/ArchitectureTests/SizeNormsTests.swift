import Foundation
import Testing

struct SizeNormsTests {
    @Test func `no source file is longer than 400 lines, nine in ten are below 300 and half below 121`() throws {
        let files = try SourceFile.all(under: "Sources")
        let counts = files.map(\.lines.count).sorted()
        for file in files {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines: would it be two things?")
        }
        let median = try #require(counts.dropFirst(counts.count / 2).first)
        let ninth = try #require(counts.dropFirst(counts.count * 9 / 10).first)
        #expect(median <= 120)
        #expect(ninth <= 300)
    }

    @Test func `no folder or file is a drawer`() throws {
        let drawers: Set<String> = ["Utils", "Utilities", "Helpers", "Common", "Core", "Misc", "New", "Extensions"]
        for file in try SourceFile.all(under: "Sources") {
            for part in file.path.split(separator: "/") {
                #expect(!drawers.contains(part.split(separator: ".").first.map(String.init) ?? ""), "\(file.path)")
            }
        }
    }

    @Test func `nothing traps on purpose or shares mutable state unchecked without a reason beside it`() throws {
        let risky = ["try!", " as! ", "fatalError(", "@unchecked Sendable", "nonisolated(unsafe)"]
        for file in try SourceFile.all(under: "Sources") {
            for (index, line) in file.lines.enumerated() {
                let code = line.split(separator: "//", maxSplits: 1).first ?? line
                guard risky.contains(where: code.contains) else { continue }
                let nearby = file.lines[max(0, index - 4)...index]
                #expect(nearby.contains { $0.contains("//") }, "\(file.path):\(index + 1) gives no reason: \(line)")
            }
        }
    }
}
