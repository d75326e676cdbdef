import DeployModel
import Yams

/// Turns the text of a file into a tree of values with their places, or into everything that is wrong with its YAML.
struct DocumentReader {
    /// A tree that can be validated, with the issues that did not keep it from being read.
    struct Result {
        var root: DocumentNode
        var issues: [InventoryIssue]
    }

    /// - Throws: ``InventoryError`` where no tree can be had. Keys that occur twice, foreign tags and the like are issues
    ///   of the result: what else is wrong with the file is then reported along with them.
    static func read(_ raw: [UInt8], file: String) throws(InventoryError) -> Result {
        let text = try SourceText(raw, file: file)
        let scan = StructureScan(text, file: file)
        guard scan.issues.isEmpty else { throw InventoryError(scan.issues) }
        let root: Node?
        do {
            root = try compose(yaml: withoutDuplicates(scan, text), .basic, .default, .utf8)
        } catch {
            throw InventoryError(duplicateIssues(scan) + [SyntaxIssue(text: text, file: file).issue(for: error)])
        }
        guard let root else {
            throw InventoryError([
                InventoryIssue("the file is empty", at: SourceLocation(file: file, line: 1, column: 1))
            ])
        }
        var converter = NodeConverter(
            file: file, dropped: Set(scan.duplicateKeys.map(\.location)),
            budget: text.bytes.count + StructureScan.limitExpandedNodes)
        let tree = converter.convert(root)
        return Result(root: tree, issues: duplicateIssues(scan) + converter.issues)
    }

    // MARK: Private

    private static func duplicateIssues(_ scan: StructureScan) -> [InventoryIssue] {
        scan.duplicateKeys.map { duplicate in
            InventoryIssue(
                "`\(duplicate.key.shortened)` is already given in line \(duplicate.first.line)", at: duplicate.location,
                hint: duplicate.key == "<<" ? "several merges are one list: `<<: [*a, *b]`" : nil)
        }
    }

    /// The text with each repeated key replaced by one that occurs once, of as many characters, so that all places stay as
    /// they are. The parser would otherwise give up at the first.
    private static func withoutDuplicates(_ scan: StructureScan, _ text: SourceText) -> String {
        var bytes = text.bytes
        for (number, duplicate) in scan.duplicateKeys.enumerated().reversed() {
            let length = text.bytes[duplicate.range].count { $0 & 0xC0 != 0x80 }
            guard let scalar = Unicode.Scalar(0xF0000 + UInt32(number % 0xFFF0)) else { continue }
            bytes.replaceSubrange(duplicate.range, with: String(repeating: Character(scalar), count: length).utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
