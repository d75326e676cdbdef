import DeployModel
import Foundation
import Testing

@testable import InventoryLoading

/// `extends`: one file over another, each value with the place and the directory of the file that holds it.
@Suite struct ExtendsTests {
    @Test func `maps merge key by key, lists and scalars replace, and a written null takes away`() async throws {
        let inventory = try await load([
            "base.yml": """
            service: acebook
            hosts: { web-1: { address: 10.0.0.1 }, web-2: , web-3: }
            env: { A: base, B: base }
            health: { tcp: 3000, interval: 3s }
            release: { from: dist, to: /srv/acebook, exclude: [a, b] }
            rollout: { batch_size: 2 }
            """,
            "hosts.yml": """
            extends: base.yml
            hosts: { web-2: { address: 10.0.0.2 }, web-3: null, web-4: }
            env: { B: mine, C: mine }
            health: { tcp: null, http: ":80/" }
            release: { exclude: [c] }
            """,
        ])
        #expect(inventory.service == "acebook")
        #expect(inventory.hosts.map(\.name.text) == ["web-1", "web-2", "web-4"])
        #expect(inventory.hosts.map(\.address) == ["10.0.0.1", "10.0.0.2", "web-4"])
        #expect(inventory.environment == ["A": "base", "B": "mine", "C": "mine"])
        #expect(inventory.health?.check == .http(url: ":80/", headers: [:]))
        #expect(inventory.health?.interval == .seconds(3))
        #expect(inventory.release?.excludes == ["c"])
        #expect(inventory.rollout.batchSizes == [.count(2)])
    }

    @Test func `a path starts beside the file that names it`() async throws {
        let inventory = try await load([
            "base.yml": """
            service: acebook
            ssh: { identity_file: keys/base }
            release: { from: dist, to: /srv/acebook }
            steps: { healthy: [{ script: warm.sh }] }
            """,
            "prod/hosts.yml": """
            extends: ../base.yml
            hosts: { web-1: { ssh: { identity_file: key } } , web-2: }
            steps: { failed: [{ script: look.sh }], build: [{ local: make }] }
            """,
        ])
        let root = inventory.path.replacing("/prod/hosts.yml", with: "")
        #expect(inventory.release?.source == root + "/dist")
        #expect(Set([root + "/prod/hosts.yml", root + "/base.yml"]).isSubset(of: inventory.privatePaths))
        #expect(inventory.hosts.map(\.ssh.identityFiles) == [[root + "/prod/key"], [root + "/keys/base"]])
        #expect(inventory.steps[.healthy]?.first?.action == .script(path: root + "/warm.sh"))
        #expect(inventory.steps[.failed]?.first?.action == .script(path: root + "/prod/look.sh"))
        #expect(inventory.steps[.build]?.first?.directory == root + "/prod")
    }

    @Test func `mistakes of all files are reported at once, each in its file`() async throws {
        let issues = try await issues([
            "base.yml": "service: Acebook\nssh: { port: 0 }\nenv: { A: a, A: b }\n",
            "prod/hosts.yml": "extends: ../base.yml\nhosts: { web-1: { adress: x } }\nssh: { user: a b }\n",
        ])
        #expect(
            issues == [
                "prod/hosts.yml:2:19: a host has no key `adress`\n  hint: did you mean `address`?",
                "prod/hosts.yml:3:14: `user` is not a user name: `a b`",
                "base.yml:1:10: `service` is not a service name: `Acebook`\n"
                    + "  hint: did you mean `acebook`? up to 63 lower-case letters, digits and `-`, beginning with a letter or a digit",
                "base.yml:2:14: `port` must be a whole number from 1 to 65535, not `0`",
                "base.yml:3:14: `A` is already given in line 3\n  hint: keep one of the two",
            ])
    }

    @Test(arguments: [
        ("hosts.yml:1:10: `extends` leads back to `hosts.yml`\n  hint: a file cannot be its own base", "hosts.yml", ""),
        (
            "a.yml:1:10: `extends` leads back to `./hosts.yml`\n  hint: of files that extend each other one is too many",
            "a.yml", "extends: ./hosts.yml"
        ),
        (
            "hosts.yml:1:10: `extends`: `",
            "missing.yml", ""
        ),
        ("hosts.yml:1:10: `extends` must be a text, not a list", "[a]", ""),
        ("a.yml:1:1: the file is empty", "a.yml", " "),
    ])
    func `a base that cannot be had is an issue at its name`(issue: String, base: String, text: String) async throws {
        let issues = try await issues([
            "hosts.yml": "extends: \(base)\nservice: acebook\nhosts: [web-1]\n", "a.yml": text,
        ])
        #expect(issues.first?.hasPrefix(issue) == true, "\(issues)")
    }

    @Test func `a base may be named by a variable, and bases may have bases`() async throws {
        let inventory = try await load(
            [
                "hosts.yml": "extends: ${STAGE}.yml\nenv: { A: a }\n",
                "prod.yml": "extends: all.yml\nhosts: [web-1]\nenv: { B: b }\n",
                "all.yml": "service: acebook\nenv: { A: all, C: all }\n",
            ], environment: ["STAGE": "prod"])
        #expect(inventory.environment == ["A": "a", "B": "b", "C": "all"])
    }

    // MARK: Private

    /// Loads the deepest `hosts.yml` of a folder of files.
    private func load(_ files: [String: String], environment: [String: String] = [:]) async throws -> Inventory {
        let directory = FileManager.default.temporaryDirectory.appending(path: "extends-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in files {
            let file = directory.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let name = files.keys.filter { $0.hasSuffix("hosts.yml") }.max { $0.count < $1.count } ?? "hosts.yml"
        let path = directory.appending(path: name).path(percentEncoded: false)
        let bytes = try Array(Data(contentsOf: URL(filePath: path)))
        return try InventoryLoader().read(bytes, file: name, path: path, environment: environment).inventory
    }

    private func issues(_ files: [String: String]) async throws -> [String] {
        do {
            _ = try await load(files)
            return []
        } catch let error as InventoryError {
            return error.issues.map(\.description)
        }
    }
}
