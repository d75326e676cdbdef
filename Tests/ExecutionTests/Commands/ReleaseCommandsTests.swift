import DeployModel
import Foundation
import SSHTransport
import TestSupport
import Testing

@testable import Execution

struct ReleaseCommandsTests {
    private let scratch: Scratch
    private let layout: ReleaseLayout

    init() throws {
        scratch = try Scratch()
        layout = ReleaseLayout(
            ReleaseConfiguration(source: "/", destination: scratch("it's \"$HOME\" `x`")),
            placeholders: Placeholders(host: nil, release: nil, service: "shop"))
    }

    private var root: String { "it's \"$HOME\" `x`" }

    private func run(_ script: ShellScript, shell: [String] = ["/bin/sh"]) async throws -> CommandResult {
        try await LocalHost(shell: shell).run(
            script, timeout: .seconds(20), idleTimeout: nil, isRepeatable: true, output: nil)
    }

    private func manifest(
        _ id: ReleaseID, _ state: ReleaseManifest.State = .uploading, digest: String = "d1", target: String? = nil
    ) -> ReleaseManifest {
        ReleaseManifest(
            id: id, contentDigest: digest, state: state, created: Date(timeIntervalSince1970: 1_700_000_000),
            linkTarget: target)
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `an upload begins, ends and is found again`(shell: [String]) async throws {
        let opened = try await run(ReleaseCommands.open(layout), shell: shell)
        #expect(opened.isSuccess, "\(opened.standardError)")
        #expect(
            ReleaseInventory(output: opened.standardOutput)
                == ReleaseInventory(link: .absent, complete: [], partial: [], manifests: [:]))

        #expect(try await run(ReleaseCommands.begin(manifest("1"), takingOver: nil, layout), shell: shell).isSuccess)
        var inventory = ReleaseInventory(
            output: try await run(ReleaseCommands.list(layout), shell: shell).standardOutput)
        #expect(inventory.partial == ["1"])
        #expect(inventory.manifests == ["1": manifest("1")])

        try scratch.write("data", to: "\(root)/releases/1.partial/file")
        let finished = try await run(
            ReleaseCommands.finish(manifest("1", .ready), revision: "3fa9c1d", layout), shell: shell)
        #expect(finished.isSuccess, "\(finished.standardError)")
        inventory = ReleaseInventory(output: try await run(ReleaseCommands.list(layout), shell: shell).standardOutput)
        #expect(inventory.partial.isEmpty)
        #expect(inventory.complete == ["1"])
        #expect(inventory.manifests["1"]?.state == .ready)
        #expect(scratch.text("\(root)/releases/1/REVISION") == "3fa9c1d\n")
        #expect(scratch.text("\(root)/releases/1/file") == "data")
    }

    @Test func `a release's own REVISION is left alone`() async throws {
        _ = try await run(ReleaseCommands.open(layout))
        _ = try await run(ReleaseCommands.begin(manifest("1"), takingOver: nil, layout))
        try scratch.write("mine", to: "\(root)/releases/1.partial/REVISION")
        _ = try await run(ReleaseCommands.finish(manifest("1", .ready), revision: "theirs", layout))
        #expect(scratch.text("\(root)/releases/1/REVISION") == "mine")
    }

    @Test func `a release is never replaced by another of its id`() async throws {
        _ = try await run(ReleaseCommands.open(layout))
        try scratch.write("old", to: "\(root)/releases/1/file")
        _ = try await run(ReleaseCommands.begin(manifest("1"), takingOver: nil, layout))
        let finished = try await run(ReleaseCommands.finish(manifest("1", .ready), revision: "r", layout))
        #expect(finished.exit == .status(1))
        #expect(scratch.text("\(root)/releases/1/file") == "old")
    }

    @Test func `what arrived of an unfinished upload is taken over`() async throws {
        _ = try await run(ReleaseCommands.open(layout))
        _ = try await run(ReleaseCommands.begin(manifest("1"), takingOver: nil, layout))
        try scratch.write("half", to: "\(root)/releases/1.partial/file")
        _ = try await run(ReleaseCommands.begin(manifest("2"), takingOver: "1", layout))
        let inventory = ReleaseInventory(output: try await run(ReleaseCommands.list(layout)).standardOutput)
        #expect(inventory.partial == ["2"])
        #expect(inventory.manifests.keys.sorted { $0.text < $1.text } == ["2"])
        #expect(scratch.text("\(root)/releases/2.partial/file") == "half")
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `removing spares the live release`(shell: [String]) async throws {
        _ = try await run(ReleaseCommands.open(layout))
        for id in ["1", "2", "3"] { try scratch.write(id, to: "\(root)/releases/\(id)/deep/file") }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o555], ofItemAtPath: scratch("\(root)/releases/1/deep"))
        try scratch.link("\(root)/current", to: "releases/3")
        let removed = try await run(ReleaseCommands.remove(["1", "2"], layout), shell: shell)
        #expect(removed.isSuccess, "\(removed.standardError)")
        #expect(scratch.names(in: "\(root)/releases") == ["3"])
        let refused = try await run(ReleaseCommands.remove(["3"], layout), shell: shell)
        #expect(refused.exit == .status(1))
        #expect(refused.standardError == "3 is live\n")
        #expect(scratch.text("\(root)/current/deep/file") == "3")
    }

    @Test func `strange neighbours are no releases`() async throws {
        _ = try await run(ReleaseCommands.open(layout))
        for name in ["with space", "-rf", "new\nrelease 9", "$(touch x)", ".hidden", "a.partial.partial"] {
            try scratch.makeDirectory("\(root)/releases/\(name)")
        }
        try scratch.write("x", to: "\(root)/releases/file")
        try scratch.write("{\"id\":\"other\"}", to: "\(root)/releases/.5.json")
        try scratch.write("not json\nrelease 8", to: "\(root)/releases/.6.json")
        try scratch.link("\(root)/current", to: "/opt/evil\nrelease 7")
        let inventory = ReleaseInventory(output: try await run(ReleaseCommands.list(layout)).standardOutput)
        #expect(inventory.complete.isEmpty)
        #expect(inventory.partial == ["a.partial"])
        #expect(inventory.manifests.isEmpty)
        #expect(inventory.link == .symbolic("/opt/evil?release 7"))
    }

    @Test func `data is never part of a script`() {
        let text = ReleaseCommands.begin(manifest("1"), takingOver: "0", layout)
        #expect(
            text.arguments == [
                layout.releases, "1",
                #"{"content_digest":"d1","created":"2023-11-14T22:13:20Z","format":1,"id":"1","state":"uploading"}"#,
                "0",
            ])
        #expect(
            text.text == """
                cd -- "$1"
                printf '%s\\n' "$3" >".$2.json.new"
                mv -f -- ".$2.json.new" ".$2.json"
                if [ "$4" ] && [ "$4" != "$2" ] && [ -d "$4.partial" ] && [ ! -e "$2.partial" ]; then
                    mv -f -- "$4.partial" "$2.partial"
                    rm -f -- ".$4.json"
                fi
                if mkdir -- "$2.partial" 2>/dev/null; then echo new; else [ -d "$2.partial" ]; fi
                """)
    }
}
