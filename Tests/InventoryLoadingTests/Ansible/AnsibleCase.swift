import Foundation
import Testing

@testable import InventoryLoading

/// An inventory, such as those of `Tests/Fixtures/ansible-inventories.txt`.
struct AnsibleCase: Sendable, CustomTestStringConvertible {
    struct File: Sendable {
        var path: String
        var isExecutable: Bool
        var text: String
    }

    var name: String
    /// None for the first file.
    var namedSources: [String]
    var files: [File]

    var testDescription: String { name }

    static func all() throws -> [AnsibleCase] {
        var cases: [AnsibleCase] = []
        for line in try fixture("ansible-inventories.txt").split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ").map(String.init)
            if line.hasPrefix("=== ") {
                cases.append(AnsibleCase(name: words[1], namedSources: Array(words.dropFirst(2)), files: []))
            } else if line.hasPrefix("--- ") {
                cases[cases.count - 1].files.append(
                    File(path: words[1], isExecutable: words.count > 2, text: ""))
            } else if let last = cases.indices.last, !cases[last].files.isEmpty {
                let end = cases[last].name.contains("windows") ? "\r\n" : "\n"
                cases[last].files[cases[last].files.count - 1].text += line + end
            }
        }
        return cases
    }

    /// The inventory and the patterns of `Tests/Fixtures/ansible-patterns.txt`.
    static func patterns() throws -> (fleet: AnsibleCase, patterns: [String]) {
        let parts = try fixture("ansible-patterns.txt").components(separatedBy: "--- patterns\n")
        let fleet = AnsibleCase(
            name: "fleet", namedSources: [], files: [File(path: "hosts", isExecutable: false, text: parts[0])])
        return (fleet, parts[1].split(separator: "\n").map(String.init))
    }

    /// The sources of the inventory once its files lie in a directory.
    func sources(in directory: URL) -> [String] {
        let root = directory.appending(path: name).path(percentEncoded: false)
        let named = namedSources.isEmpty ? [files[0].path] : namedSources
        return named.map { $0.contains(",") ? $0 : $0 == "." ? root : root + "/" + $0 }
    }

    func write(to directory: URL) throws {
        for file in files {
            let url = directory.appending(path: name).appending(path: file.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url)
            try FileManager.default.setAttributes(
                [.posixPermissions: file.isExecutable ? 0o755 : 0o644], ofItemAtPath: url.path(percentEncoded: false))
        }
    }

    private static func fixture(_ name: String) throws -> String {
        try String(contentsOf: AnsibleReference.repository.appending(path: "Tests/Fixtures/\(name)"), encoding: .utf8)
    }
}
