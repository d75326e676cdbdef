import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The tree of an inventory: the file itself over those it extends, with the values of `--set` over all of them.
struct InventoryDocument {
    static let limitFiles = 16

    var root: DocumentNode
    /// What did not keep the files from being read.
    var issues: [InventoryIssue]
    /// The absolute path of the inventory file.
    var path: String
    /// The names that places give the files, the inventory file first.
    private(set) var files: [String]
    /// The absolute paths of the files that it extends.
    private(set) var basePaths: [String] = []
    /// The absolute directory of each file, by that name.
    var directories: [String: String]

    /// - Parameters:
    ///   - bytes: the inventory file.
    ///   - file: what places call it.
    ///   - path: its absolute path.
    ///   - settings: the values of `--set`, later ones over earlier ones.
    ///   - directory: where relative paths in `settings` start.
    init(
        _ bytes: [UInt8], file: String, path: String, environment: [String: String],
        settings: [InventorySetting] = [], directory: String = "/"
    ) throws(InventoryError) {
        self.path = path
        files = [file]
        directories = [file: LocalPath.directory(of: path)]
        let document = try DocumentReader.read(bytes, file: file)
        (root, issues) = (document.root, document.issues)
        var names = FileNameChain(file: file, path: path, home: environment["HOME"])
        while let base = base(environment) {
            do {
                let (file, path) = try names.next(base.text, at: base.location)
                files.append(file)
                basePaths.append(path)
                let document = try Self.read(file, path: path, at: base.location)
                issues += document.issues
                directories[file] = LocalPath.directory(of: path)
                root = DocumentMerge.merged(Self.withoutBase(root), over: document.root)
            } catch {
                throw InventoryError(issues + error.issues, files: files)
            }
        }
        for setting in settings {
            do throws(InventoryError) {
                root = DocumentMerge.merged(try setting.tree(over: root), over: root)
            } catch {
                issues += error.issues
            }
            directories[setting.file] = directory
        }
    }

    // MARK: Private

    private static let key = "extends"

    /// The base that the tree still names; `nil` where it names none, after a report where it names nothing readable.
    private mutating func base(_ environment: [String: String]) -> (text: String, location: SourceLocation)? {
        guard case .map(let entries) = root.content, let entry = entries.first(where: { $0.key == Self.key }),
            entry.value.content != .null
        else { return nil }
        // Read as every other value is, so that it may hold a variable.
        let context = ValidationContext(directory: "/", environment: environment)
        let text = context.value(entry.value, of: Self.key) { (text) throws(ScalarProblem) in
            if text.isEmpty { throw ScalarProblem("is empty") }
            return text
        }
        issues += context.issues
        guard let text else {
            root = Self.withoutBase(root)
            return nil
        }
        return (text, entry.value.location)
    }

    private static func withoutBase(_ root: DocumentNode) -> DocumentNode {
        guard case .map(let entries) = root.content else { return root }
        return DocumentNode(content: .map(entries.filter { $0.key != key }), location: root.location)
    }

    private static func read(
        _ file: String, path: String, at location: SourceLocation
    ) throws(InventoryError) -> DocumentReader.Result {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, limitBytes: SourceText.limitBytes)
        } catch {
            let reason = error.issues.first?.message ?? "it cannot be read"
            throw InventoryError([
                InventoryIssue("`extends`: \(reason)", at: location, hint: "the path starts beside this file")
            ])
        }
        guard bytes.count <= SourceText.limitBytes else {
            throw InventoryError([InventoryIssue("`extends`: `\(path.shortened)` is larger than 8 MiB", at: location)])
        }
        return try DocumentReader.read(bytes, file: file)
    }
}

/// The files of one inventory, from the one that was named to its last base.
private struct FileNameChain {
    /// How messages name the last file, and its absolute path.
    private var file: String
    private var paths: [String]
    private let home: String?

    init(file: String, path: String, home: String?) {
        self.file = file
        self.home = home
        paths = [path]
    }

    mutating func next(
        _ text: String, at location: SourceLocation
    ) throws(InventoryError) -> (file: String, path: String) {
        let current = paths.last ?? "/"
        let path = LocalPath.absolute(text, in: LocalPath.directory(of: current), home: home)
        guard !paths.contains(path) else {
            throw InventoryError([
                InventoryIssue(
                    "`extends` leads back to `\(text.shortened)`", at: location,
                    hint: paths.count == 1
                        ? "a file cannot be its own base" : "of files that extend each other one is too many"
                )
            ])
        }
        guard paths.count < InventoryDocument.limitFiles else {
            throw InventoryError([
                InventoryIssue("more than \(InventoryDocument.limitFiles) files extend each other", at: location)
            ])
        }
        file = Self.name(of: text, beside: file)
        paths.append(path)
        return (file, path)
    }

    /// The base as seen from where the first file was named: `../deploy.yml` of `prod/hosts.yml` is `deploy.yml`.
    private static func name(of text: String, beside file: String) -> String {
        guard !text.hasPrefix("/"), !text.hasPrefix("~") else { return text }
        var components = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
        for component in text.split(separator: "/").map(String.init) where component != "." {
            if component == "..", let last = components.last, ![".", "..", ""].contains(last) {
                components.removeLast()
            } else {
                components.append(component)
            }
        }
        return components.joined(separator: "/")
    }
}
