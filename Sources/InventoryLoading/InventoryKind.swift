import Foundation

/// Whose file an inventory is.
package enum InventoryKind: Sendable, Hashable {
    case own
    case ansible

    /// Looks at what a path holds. What cannot be told, and what cannot be read, is our own: its reader says what is wrong.
    package static func of(_ path: String) -> InventoryKind {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return path.contains(",") ? .ansible : .own
        }
        if isDirectory.boolValue { return .ansible }
        guard let bytes = try? BoundedFile.read(path, limitBytes: SourceText.limitBytes) else { return .own }
        return of(bytes, fileExtension: FileNames.fileExtension(of: path))
    }

    static func of(_ bytes: [UInt8], fileExtension: String) -> InventoryKind {
        guard VariableFolder.extensions.contains(fileExtension), !bytes.starts(with: "#!".utf8) else { return .ansible }
        if namesService(bytes) { return .own }
        guard case .map(let entries) = try? AnsibleDocument.value(of: bytes, file: "") else {
            // What is not YAML is INI where the name does not promise YAML.
            return fileExtension.isEmpty ? .ansible : .own
        }
        let isPlugin = entries.contains { $0.name == "plugin" }
        return isPlugin || !entries.isEmpty && entries.allSatisfy(isGroup) ? .ansible : .own
    }

    /// `service: acebook` among the first lines, which no inventory of Ansible has: a large file of ours is then parsed once.
    private static func namesService(_ bytes: [UInt8]) -> Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 64).prefix(64)
        let isNamed = lines.contains { line in
            line.starts(with: "service: ".utf8) && line.dropFirst("service: ".utf8.count).first.map(isWord) == true
        }
        return isNamed && !lines.contains { $0.starts(with: "plugin:".utf8) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    private static func isGroup(_ entry: AnsibleValue.Entry) -> Bool {
        switch entry.value {
        case .map(let sections): sections.allSatisfy { ["hosts", "children", "vars"].contains($0.name) }
        case .null: InventorySchema.root.key(entry.name) == nil
        default: false
        }
    }
}
