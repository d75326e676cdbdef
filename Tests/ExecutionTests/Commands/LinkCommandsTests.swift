import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Execution

struct LinkCommandsTests {
    /// The shells that `/bin/sh` is on one system or another.
    static let shells = [["/bin/dash"], ["/bin/bash", "--posix"], ["busybox", "sh"]].filter { shell in
        shell[0].hasPrefix("/") ? FileManager.default.isExecutableFile(atPath: shell[0]) : hasBusybox
    }
    private static let hasBusybox = ["/bin/busybox", "/usr/bin/busybox"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private func layout(_ scratch: Scratch, link: String? = nil) -> ReleaseLayout {
        ReleaseLayout(
            ReleaseConfiguration(source: "/", destination: scratch("a pp's"), link: link),
            placeholders: Placeholders(host: nil, release: nil, service: "shop"))
    }

    private func switchLink(
        _ layout: ReleaseLayout, to target: String, shell: [String] = ["/bin/sh"]
    ) async throws -> CommandResult {
        try await LocalHost(shell: shell).run(
            LinkCommands.switchLink(to: target, layout), timeout: .seconds(20), idleTimeout: nil, isRepeatable: true,
            output: nil)
    }

    @Test(arguments: shells) func `the link moves to another release`(shell: [String]) async throws {
        let scratch = try Scratch()
        let layout = layout(scratch)
        try scratch.makeDirectory("a pp's/releases/1")
        try scratch.makeDirectory("a pp's/releases/2")
        for id in ["1", "2", "2"] {
            let result = try await switchLink(layout, to: "releases/\(id)", shell: shell)
            #expect(result.isSuccess, "\(result.standardError)")
            #expect(scratch.linkTarget("a pp's/current") == "releases/\(id)")
        }
        #expect(scratch.names(in: "a pp's") == ["current", "releases"])
        #expect(scratch.names(in: "a pp's/releases/1") == [])
    }

    @Test func `a target that is not there is refused`() async throws {
        let scratch = try Scratch()
        try scratch.makeDirectory("a pp's/releases/1")
        _ = try await switchLink(layout(scratch), to: "releases/1")
        let result = try await switchLink(layout(scratch), to: "releases/2")
        #expect(result.exit == .status(1))
        #expect(result.standardError == "releases/2 is no directory\n")
        #expect(scratch.linkTarget("a pp's/current") == "releases/1")
    }

    @Test func `a real directory in its place is never replaced`() async throws {
        let scratch = try Scratch()
        try scratch.makeDirectory("a pp's/releases/1")
        try scratch.write("precious", to: "a pp's/current/data")
        let result = try await switchLink(layout(scratch), to: "releases/1")
        #expect(result.exit == .status(1))
        #expect(scratch.text("a pp's/current/data") == "precious")
    }

    @Test func `the link may lie elsewhere, and a leftover of a killed run is no obstacle`() async throws {
        let scratch = try Scratch()
        try scratch.makeDirectory("a pp's/releases/1")
        try scratch.makeDirectory("home")
        try scratch.link("home/.-x.deploy", to: "/nowhere")
        let layout = layout(scratch, link: scratch("home/-x"))
        #expect(layout.linkTarget(for: "1") == scratch("a pp's/releases/1"))
        let result = try await switchLink(layout, to: layout.linkTarget(for: "1"))
        #expect(result.isSuccess, "\(result.standardError)")
        #expect(scratch.linkTarget("home/-x") == scratch("a pp's/releases/1"))
        #expect(scratch.names(in: "home") == ["-x"])
    }

    @Test func `at every moment the link is the old one or the new one`() async throws {
        let scratch = try Scratch()
        let layout = layout(scratch)
        for id in ["1", "2"] { try scratch.write(id, to: "a pp's/releases/\(id)/id") }
        _ = try await switchLink(layout, to: "releases/1")
        let seen = try await withThrowingTaskGroup(of: Set<String>.self) { group in
            group.addTask {
                var seen: Set<String> = []
                while !Task.isCancelled {
                    seen.insert(scratch.text("a pp's/current/id") ?? "absent")
                    await Task.yield()
                }
                return seen
            }
            for round in 0..<20 {
                #expect(try await switchLink(layout, to: "releases/\(round % 2 + 1)").isSuccess)
            }
            group.cancelAll()
            return try await group.next() ?? []
        }
        #expect(seen.isSubset(of: ["1", "2"]))
    }
}
