import DeployModel
import Foundation
import InventoryLoading
import Testing

@Suite struct LoaderTests {
    @Test func `a file is read from disk, and its paths are relative to it`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "inventory-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "hosts.yml").path(percentEncoded: false)
        try Data("service: a\nhosts: [b]\nrelease: { from: dist, to: /c }\n".utf8).write(to: URL(filePath: file))

        let inventory = try await InventoryLoader().load(path: file, environment: [:]).inventory
        #expect(inventory.path == file)
        #expect(inventory.release?.source == directory.path(percentEncoded: false) + "/dist")
    }

    @Test(arguments: [
        ("/nonexistent/hosts.yml", "No such file or directory"), ("/tmp", "Is a directory"),
        ("/dev/null/x", "Not a directory"), ("", "No such file or directory"),
    ])
    func `a file that cannot be read is one issue`(path: String, reason: String) async {
        let error = await #expect(throws: InventoryError.self) {
            try await InventoryLoader().load(path: path, environment: [:])
        }
        #expect(error?.issues.count == 1)
        #expect(error?.description.hasPrefix("`\(path)` cannot be read: \(reason)") == true)
        #expect(error?.issues.first?.hint == "name the file with `--inventory`")
    }

    @Test func `an endless file is given up`() async {
        let error = await #expect(throws: InventoryError.self) {
            try await InventoryLoader().load(path: "/dev/zero", environment: [:])
        }
        #expect(error?.description == "`/dev/zero` is larger than 8 MiB")
    }

    @Test(
        arguments: [
            ([:], ["hosts.yml", "inventory/hosts.yml"], "hosts.yml"),
            ([:], ["inventory/hosts.yml"], "inventory/hosts.yml"), ([:], [], nil),
            (["DEPLOY_INVENTORY": "a.yml"], ["hosts.yml"], "a.yml"),
            (["DEPLOY_INVENTORY": ""], ["hosts.yml"], "hosts.yml"),
        ] as [([String: String], [String], String?)])
    func `the default file is found`(environment: [String: String], files: [String], path: String?) {
        #expect(InventoryLoader.defaultPath(environment: environment, fileExists: files.contains) == path)
    }
}
