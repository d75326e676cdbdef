import Foundation

/// One Swift file of the project, as text.
struct SourceFile {
    /// Relative to the package's root.
    let path: String
    let lines: [Substring]

    var name: String { String(path.split(separator: "/").last ?? "") }

    /// The modules its import lines name, whatever the access level; a submodule or a declaration counts as its module.
    var importedModules: Set<String> {
        var modules: Set<String> = []
        for line in lines {
            var words = line.split(separator: " ")
            while let first = words.first, ["package", "internal", "private", "fileprivate", "public"].contains(first) {
                words.removeFirst()
            }
            while let first = words.first, first.hasPrefix("@") { words.removeFirst() }
            guard words.count >= 2, words[0] == "import" else { continue }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let named = kinds.contains(words[1]) && words.count >= 3 ? words[2] : words[1]
            modules.insert(String(named.split(separator: ".").first ?? named))
        }
        return modules
    }

    /// Every Swift file below a folder of the package, in the order of their paths.
    static func all(under folder: String) throws -> [SourceFile] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let base = root.appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: base.path)
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOf: base.appending(path: name), encoding: .utf8)
            return SourceFile(
                path: "\(folder)/\(name)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }
}
