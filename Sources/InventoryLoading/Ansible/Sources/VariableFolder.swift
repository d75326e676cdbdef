import DeployModel
import Foundation

/// A `group_vars` or `host_vars` folder: which files hold the variables of a group or host.
struct VariableFolder {
    /// The file of a name is the first of these: a file or a folder without an extension first.
    static let extensions = ["", ".yml", ".yaml", ".json"]
    private static let limitDepth = 16

    private let path: String
    private let names: Set<String>

    /// A folder that is not there holds nothing.
    init(_ path: String) {
        self.path = path
        names = Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
    }

    /// The files that hold the variables of a name, in the order in which they are merged.
    func files(of name: String) -> [String] {
        guard !name.contains("/"), !name.isEmpty,
            let found = Self.extensions.first(where: { names.contains(name + $0) })
        else { return [] }
        let file = path + "/" + name + found
        return Self.isDirectory(file) ? Self.files(in: file, depth: 1) : [file]
    }

    // MARK: Private

    private static func files(in folder: String, depth: Int) -> [String] {
        guard depth <= limitDepth, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return []
        }
        return names.inCodePointOrder.filter { !$0.hasPrefix(".") && !$0.hasSuffix("~") }.flatMap { name in
            let file = folder + "/" + name
            let fileExtension = FileNames.fileExtension(of: name)
            if isDirectory(file) { return fileExtension.isEmpty ? files(in: file, depth: depth + 1) : [] }
            return extensions.contains(fileExtension) ? [file] : []
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

/// Rules about the names of inventory files.
enum FileNames {
    /// With its dot; empty for `.hidden` and `name`. As Python's `os.path.splitext`.
    static func fileExtension(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), name[..<dot].contains(where: { $0 != "." }) else { return "" }
        return String(name[dot...])
    }

    /// Whether a directory's entry is no inventory: hidden, a folder of variables, a backup or a text for people.
    static func isIgnored(_ name: String) -> Bool {
        let endings = [
            ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".cfg", ".retry",
        ]
        return name.hasPrefix(".") || ["host_vars", "group_vars", "vars_plugins"].contains(name)
            || endings.contains(where: name.hasSuffix)
    }
}

extension [String] {
    /// As Python sorts texts.
    var inCodePointOrder: [String] {
        sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
}
