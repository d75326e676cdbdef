import DeployModel
import Synchronization

/// What an upload of a directory would send: the files that rsync itself lists under the exclude rules.
struct SourceTree: Sendable {
    /// In the order of their paths' bytes, each directory before what it holds.
    var entries: [SourceEntry]
    /// Sockets, pipes and devices, which no release can hold.
    var skipped: [[UInt8]]

    /// Lists `directory` and looks at each file of the list.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` where something cannot be read.
    static func scan(
        _ directory: String, rules: ExcludeRules, environment: ChildEnvironment
    ) async throws(DeployError) -> SourceTree {
        let listing = try await list(directory, rules: rules, environment: environment)
        var tree = SourceTree(entries: [], skipped: [])
        let root = Array(directory.utf8)
        for line in listing.split(separator: UInt8(ascii: "\n")) {
            guard let path = RsyncList.name(onLine: line) else { continue }
            do {
                if let entry = try SourceEntry.read(path, below: root) {
                    tree.entries.append(entry)
                } else {
                    tree.skipped.append(path)
                }
            } catch {
                throw unreadable(error)
            }
        }
        tree.entries.sort { $0.path.lexicographicallyPrecedes($1.path) }
        return tree
    }

    /// Equal for two scans of a tree in which nothing has changed meanwhile; for use within one process.
    var fingerprint: Int {
        entries.hashValue
    }

    /// The links that lead out of the tree: on a host they name something else, or nothing.
    var linksLeavingTree: [SourceEntry] {
        entries.filter { entry in
            guard case .link(let target) = entry.kind else { return false }
            return Self.leaves(target, from: entry.path)
        }
    }

    // MARK: Private

    private static func list(
        _ directory: String, rules: ExcludeRules, environment: ChildEnvironment
    ) async throws(DeployError) -> [UInt8] {
        let child = ChildProcess(
            argv: RsyncList.argv(source: directory), environment: environment.adding(["LC_ALL": "C"]),
            input: rules.rsyncInput, timeout: .seconds(600))
        let output = Mutex<[UInt8]>([])
        let errors = Mutex(ByteTail())
        let ending = try await child.run { stream, bytes in
            switch stream {
            case .standardOutput: output.withLock { $0.append(contentsOf: bytes) }
            case .standardError: errors.withLock { $0.append(bytes) }
            }
        }
        guard ending == .exited(0) else {
            throw DeployError(
                .invalidRelease, "the files of `\(directory)` could not be listed: \(RsyncExit.sentence(for: ending))",
                evidence: errors.withLock { EvidenceTail.lines(of: $0.text) })
        }
        return output.withLock { $0 }
    }

    static func unreadable(_ error: SourceEntry.ReadingError) -> DeployError {
        DeployError(
            .invalidRelease,
            "`\(String(decoding: error.path, as: UTF8.self))` cannot be read: \(SystemErrors.text(error.errorNumber))",
            hint: "exclude it under `release.exclude`, or make it readable")
    }

    private static func leaves(_ target: [UInt8], from path: [UInt8]) -> Bool {
        let slash = UInt8(ascii: "/")
        if target.first == slash { return true }
        var depth = path.split(separator: slash).count - 1
        for part in target.split(separator: slash) {
            if part.elementsEqual("..".utf8) { depth -= 1 } else if !part.elementsEqual(".".utf8) { depth += 1 }
            if depth < 0 { return true }
        }
        return false
    }
}
