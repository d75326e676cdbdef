import DeployModel
import Yams

/// Turns the text of a file into a tree of values with their places, or into everything that is wrong with its YAML.
struct DocumentReader {
    /// A tree that can be validated, with the issues that did not keep it from being read.
    struct Result {
        var root: DocumentNode
        var issues: [InventoryIssue]
    }

    /// What the parser made of a text that was looked through first.
    struct Composition {
        /// `nil` for an empty document.
        var root: Node?
        var duplicateIssues: [InventoryIssue]
        /// Keys that stand in the tree under another name, as they occur twice.
        var duplicateKeys: Set<SourceLocation>
        /// How many nodes a tree of this text may have.
        var budget: Int
    }

    /// - Throws: ``InventoryError`` where no tree can be had. Keys that occur twice, foreign tags and the like are issues
    ///   of the result: what else is wrong with the file is then reported along with them.
    static func read(_ raw: [UInt8], file: String) throws(InventoryError) -> Result {
        let composition = try composition(of: raw, file: file)
        guard let root = composition.root else {
            throw InventoryError([
                InventoryIssue("the file is empty", at: SourceLocation(file: file, line: 1, column: 1))
            ])
        }
        var converter = NodeConverter(
            file: file, dropped: composition.duplicateKeys, budget: composition.budget)
        let tree = converter.convert(root)
        return Result(root: tree, issues: composition.duplicateIssues + converter.issues)
    }

    /// The parser's tree, built only of a text that is within bounds.
    static func composition(of raw: [UInt8], file: String) throws(InventoryError) -> Composition {
        let text = try SourceText(raw, file: file)
        let scan = StructureScan(text, file: file)
        guard scan.issues.isEmpty, scan.duplicateKeys.count < InventoryError.limit else {
            throw InventoryError(scan.issues + duplicateIssues(scan))
        }
        do {
            return Composition(
                root: try compose(yaml: withoutDuplicates(scan, text), .basic, .default, .utf8),
                duplicateIssues: duplicateIssues(scan), duplicateKeys: Set(scan.duplicateKeys.map(\.location)),
                budget: text.bytes.count + StructureScan.limitExpandedNodes)
        } catch {
            // Behind a mistake of this kind the scan may have seen keys where there are none.
            let issue = SyntaxIssue(text: text, file: file).issue(for: error)
            let before = duplicateIssues(scan).filter { ($0.location?.line ?? 0) < (issue.location?.line ?? 0) }
            throw InventoryError(before + [issue])
        }
    }

    // MARK: Private

    private static func duplicateIssues(_ scan: StructureScan) -> [InventoryIssue] {
        scan.duplicateKeys.map { duplicate in
            InventoryIssue(
                "`\(duplicate.key.shortened)` is already given in line \(duplicate.first.line)", at: duplicate.location,
                hint: duplicate.key == "<<"
                    ? "several merges are one list: `<<: [*a, *b]`" : "keep one of the two")
        }
    }

    /// The text with each repeated key replaced by one that occurs once, of as many characters, so that all places stay as
    /// they are. The parser would otherwise give up at the first.
    private static func withoutDuplicates(_ scan: StructureScan, _ text: SourceText) -> String {
        var bytes: [UInt8] = []
        var end = 0
        for (number, duplicate) in scan.duplicateKeys.enumerated() where duplicate.range.lowerBound >= end {
            // The keys come in the order of the text; the characters are private ones that no file has for a key.
            guard let scalar = Unicode.Scalar(0xF0000 + UInt32(number)) else { continue }
            let character = Character(scalar)
            let length = text.bytes[duplicate.range].count { $0 & 0xC0 != 0x80 }
            bytes += text.bytes[end..<duplicate.range.lowerBound]
            bytes += String(repeating: character, count: length).utf8
            end = duplicate.range.upperBound
        }
        return String(decoding: bytes + text.bytes[end...], as: UTF8.self)
    }
}
