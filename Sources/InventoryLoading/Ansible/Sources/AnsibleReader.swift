import DeployModel
import Foundation

/// Reads an Ansible inventory: INI, YAML or JSON files, directories of them, executables, and the `group_vars` and
/// `host_vars` beside them.
///
/// It reads by Ansible's own rules. Stricter on purpose: a source that cannot be read is an error, where Ansible goes on
/// without it; so is a key that occurs twice; and a file is run only where it is a program, not because its mode says so.
package struct AnsibleReader: Sendable {
    private static let limitDepth = 16
    private let run: @Sendable ([String]) async throws -> [UInt8]

    /// - Parameter run: runs a program and returns all it printed; throws a `DeployError`.
    package init(run: @escaping @Sendable (_ argv: [String]) async throws -> [UInt8]) {
        self.run = run
    }

    /// - Parameter sources: paths of files and directories, or hosts with commas between them (`web-1,web-2`).
    /// - Throws: ``InventoryError`` with what is wrong.
    package func read(_ sources: [String]) async throws(InventoryError) -> AnsibleInventory {
        var graph = AnsibleGraph()
        var warnings: [InventoryIssue] = []
        var folders: [VariableFolders] = []
        for source in sources {
            if Self.isHostList(source) {
                try Self.readHostList(source, &graph)
            } else {
                try await read(source, depth: 1, &graph, &warnings)
                folders.append(VariableFolders(source, isDirectory: Self.isDirectory(source)))
            }
        }
        graph.reconcile()
        let variables = HostVariables(graph: graph, folders: folders)
        return try variables.inventory(warnings: warnings)
    }

    // MARK: Private

    private func read(
        _ path: String, depth: Int, _ graph: inout AnsibleGraph, _ warnings: inout [InventoryIssue]
    ) async throws(InventoryError) {
        if Self.isDirectory(path) {
            guard depth <= Self.limitDepth, let names = try? FileManager.default.contentsOfDirectory(atPath: path)
            else { throw InventoryError([InventoryIssue("the directory `\(path)` cannot be read", at: nil)]) }
            for name in names.inCodePointOrder where !FileNames.isIgnored(name) {
                try await read(
                    path.hasSuffix("/") ? path + name : path + "/" + name, depth: depth + 1, &graph, &warnings)
            }
            return
        }
        let bytes = try BoundedFile.read(path, limitBytes: SourceText.limitBytes)
        if Self.isProgram(bytes), FileManager.default.isExecutableFile(atPath: path) {
            try await ask(path, &graph)
        } else {
            warnings += try Self.readText(bytes, path, &graph)
        }
    }

    /// - Returns: warnings.
    private static func readText(
        _ bytes: [UInt8], _ path: String, _ graph: inout AnsibleGraph
    ) throws(InventoryError) -> [InventoryIssue] {
        let fileExtension = FileNames.fileExtension(of: path)
        if fileExtension == ".toml" {
            throw InventoryError([
                InventoryIssue("`\(path)` is TOML, which is not read here", at: nil, hint: AnsibleHint.resolver)
            ])
        }
        try AnsibleDocument.refuseVault(bytes, file: path)
        if VariableFolder.extensions.contains(fileExtension) {
            do throws(InventoryError) {
                switch try AnsibleDocument.value(of: bytes, file: path) {
                case .map(let groups): return try AnsibleTree.read(groups, file: path, into: &graph)
                case .null: return []
                case let value where !fileExtension.isEmpty:
                    throw InventoryError([
                        InventoryIssue("`\(path)` must hold a map of groups, not \(value.kind)", at: nil)
                    ])
                default: break
                }
            } catch {
                // A name without an extension says nothing: what is not YAML is INI.
                let looksLikeYAML = bytes.starts(with: "---".utf8) || bytes.starts(with: "{".utf8)
                guard fileExtension.isEmpty, !looksLikeYAML, !isTree(bytes, path) else { throw error }
            }
        }
        try AnsibleINI.read(bytes, file: path, into: &graph)
        return []
    }

    /// The text is the YAML of a map, whatever is wrong with its groups.
    private static func isTree(_ bytes: [UInt8], _ path: String) -> Bool {
        guard case .map = try? AnsibleDocument.value(of: bytes, file: path) else { return false }
        return true
    }

    private func ask(_ path: String, _ graph: inout AnsibleGraph) async throws(InventoryError) {
        let program = path.contains("/") ? path : "./" + path
        let answer = try AnsibleProgramAnswer(
            try await output([program, "--list"]), program: "\(program) --list", into: &graph)
        for host in answer.hosts {
            let value: AnsibleValue
            if let variables = answer.variables {
                value = variables[host] ?? .map([])
            } else {
                let raw = try await output([program, "--host", host])
                let isEmpty = raw.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
                value = isEmpty ? .map([]) : .map(try AnsibleProgramAnswer.object(raw, program: "\(program) --host"))
            }
            guard case .map(let entries) = value else {
                throw InventoryError([
                    InventoryIssue("`\(program)` gives variables of `\(host)` that are not an object", at: nil)
                ])
            }
            for entry in entries {
                do throws(ScalarProblem) {
                    try graph.setVariable(entry.name, of: host, to: entry.value)
                } catch {
                    throw InventoryError([InventoryIssue("`\(program)` \(error.predicate)", at: nil)])
                }
            }
        }
    }

    private func output(_ argv: [String]) async throws(InventoryError) -> [UInt8] {
        do {
            return try await run(argv)
        } catch let error as DeployError {
            let said = error.evidence.isEmpty ? "" : ": " + error.evidence.joined(separator: "; ")
            throw InventoryError([InventoryIssue(error.message + said, at: nil, hint: error.hint)])
        } catch {
            throw InventoryError([InventoryIssue("`\(argv.joined(separator: " "))` failed: \(error)", at: nil)])
        }
    }

    /// A program begins with `#!`, or is a binary of this system.
    private static func isProgram(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: "#!".utf8) || bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46])
            || bytes.starts(with: [0xCF, 0xFA, 0xED, 0xFE])
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    private static func isHostList(_ source: String) -> Bool {
        source.contains(",") && !FileManager.default.fileExists(atPath: source)
    }

    private static func readHostList(_ source: String, _ graph: inout AnsibleGraph) throws(InventoryError) {
        for item in source.split(separator: ",") {
            let text = item.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
            guard !text.isEmpty else { continue }
            let written = String(text)
            let address = written.contains("[") && !written.hasPrefix("[") ? nil : AnsibleAddress(parsing: written)
            do throws(ScalarProblem) {
                let name = address?.text ?? written
                if graph.hosts[name] == nil { try graph.addHost(name, to: "ungrouped", port: address?.port) }
            } catch {
                throw InventoryError([InventoryIssue("`\(source.shortened)` \(error.predicate)", at: nil)])
            }
        }
    }
}
