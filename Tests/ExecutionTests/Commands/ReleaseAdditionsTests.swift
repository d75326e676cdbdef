import DeployModel
import Foundation
import SSHTransport
import TestSupport
import Testing

@testable import Execution

/// What a host adds to a release: `env_file`, links into `shared/`, an owner.
struct ReleaseAdditionsTests {
    private let scratch: Scratch
    private let layout: ReleaseLayout

    init() throws {
        scratch = try Scratch()
        layout = ReleaseLayout(
            ReleaseConfiguration(source: "/", destination: scratch("it's \"$HOME\"")),
            placeholders: Placeholders(host: nil, release: nil, service: "shop"))
    }

    private let root = "it's \"$HOME\""

    private func finish(
        _ id: ReleaseID, _ additions: ReleaseAdditions, shell: [String] = ["/bin/sh"], path: String? = nil
    ) async throws -> CommandResult {
        let manifest = ReleaseManifest(id: id, contentDigest: "d", state: .ready, created: Date())
        return try await LocalHost(shell: shell, path: path).run(
            ReleaseCommands.finish(manifest, revision: "3fa9c1d", layout, adding: additions),
            timeout: .seconds(20), idleTimeout: nil, isRepeatable: true, output: nil)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: scratch(path))[.posixPermissions] as? Int
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `env_file is there, for its owner alone`(shell: [String]) async throws {
        let text = "A=1\nB=\"it's \\$HOME\"\n"
        try scratch.write("old", to: "\(root)/releases/1.partial/config/app.env")
        let result = try await finish(
            "1", ReleaseAdditions(environmentFile: .init(path: "config/app.env", text: Secret(text))), shell: shell)
        #expect(result.isSuccess, "\(result.standardError)")
        #expect(scratch.text("\(root)/releases/1/config/app.env") == text)
        #expect(try mode("\(root)/releases/1/config/app.env") == 0o600)
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `shared paths become links, and begin with what the first release brings`(shell: [String]) async throws {
        let shared = ReleaseConfiguration.Shared(directories: ["log", "public/up loads"], files: ["config/key"])
        try scratch.write("first", to: "\(root)/releases/1.partial/public/up loads/seed")
        try scratch.write("mine", to: "\(root)/shared/config/key")
        #expect(try await finish("1", ReleaseAdditions(shared: shared), shell: shell).isSuccess)
        #expect(scratch.linkTarget("\(root)/releases/1/log") == "../../shared/log")
        #expect(scratch.text("\(root)/releases/1/public/up loads/seed") == "first")
        #expect(scratch.linkTarget("\(root)/releases/1/public/up loads") == "../../../shared/public/up loads")
        #expect(scratch.text("\(root)/releases/1/config/key") == "mine")

        try scratch.write("upload", to: "\(root)/releases/1/public/up loads/photo")
        try scratch.write("second", to: "\(root)/releases/2.partial/public/up loads/seed")
        try scratch.write("theirs", to: "\(root)/releases/2.partial/config/key")
        #expect(try await finish("2", ReleaseAdditions(shared: shared), shell: shell).isSuccess)
        #expect(scratch.text("\(root)/releases/2/public/up loads/seed") == "first")
        #expect(scratch.text("\(root)/releases/2/public/up loads/photo") == "upload")
        #expect(scratch.text("\(root)/releases/2/config/key") == "mine")
    }

    @Test func `a shared file that is missing keeps the release from getting its name`() async throws {
        try scratch.write("a", to: "\(root)/releases/1.partial/a")
        let result = try await finish("1", ReleaseAdditions(shared: .init(files: ["key"])))
        #expect(!result.isSuccess)
        #expect(result.standardError.contains("/shared/key is missing"))
        #expect(scratch.names(in: "\(root)/releases").contains("1.partial"))
    }

    @Test func `the release and what is new in shared are given to the owner`() async throws {
        // Root needs no sudo: both programs say what they were asked.
        for program in ["sudo", "chown"] {
            try scratch.write(
                "#!/bin/sh\n[ $0 != \(scratch("bin/sudo")) ] || shift 2\nshift 3\necho \"$*\" >>\(scratch("asked"))\n",
                to: "bin/\(program)", mode: 0o755)
        }
        try scratch.write("a", to: "\(root)/releases/1.partial/a")
        let additions = ReleaseAdditions(
            shared: .init(directories: ["log"]), owner: .init(user: "app", group: "www"))
        let result = try await finish("1", additions, path: scratch("bin"))
        #expect(result.isSuccess, "\(result.standardError)")
        #expect(scratch.text("asked") == "app:www \(scratch(root))/shared/log\napp:www 1.partial\n")
    }
}
