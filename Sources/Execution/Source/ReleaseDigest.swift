import DeployModel
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The digest of names, modes and contents of a release: equal digests mean equal releases.
///
/// SHA-256 over one record an entry, in the order of their paths' bytes: a letter for the kind (`d`, `f`, `x` for an
/// executable file, `l`), NUL, the path, NUL, and the SHA-256 of the content or the link's target, NUL. Of the mode only
/// the executable bit counts, as in git, because the others differ between checkouts. Times and owners do not count.
enum ReleaseDigest {
    /// Reads every file of the tree, several at once.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` where a file cannot be read, `.interrupted` on cancellation.
    static func compute(_ tree: SourceTree, below directory: String) async throws(DeployError) -> String {
        let work = FileWork(tree.entries, root: Array(directory.utf8))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // As many as a small machine has cores, with some more to wait for its disk.
                for _ in 0..<4 {
                    group.addTask { try work.digestFiles() }
                }
                try await group.waitForAll()
            }
            return try combine(tree.entries, contents: work.digests)
        } catch let error as DeployError {
            throw error
        } catch let error as SourceEntry.ReadingError {
            throw SourceTree.unreadable(error)
        } catch {
            throw DeployError(.interrupted, "the run was interrupted while the release was read")
        }
    }

    // MARK: Private

    private static func combine(_ entries: [SourceEntry], contents: [[UInt8]]) throws(DeployError) -> String {
        guard var total = SHA256() else { throw noDigest }
        for (entry, content) in zip(entries, contents) {
            let (letter, value): (Character, [UInt8]) =
                switch entry.kind {
                case .directory: ("d", [])
                case .file(_, isExecutable: false): ("f", content)
                case .file(_, isExecutable: true): ("x", content)
                case .link(let target): ("l", target)
                }
            total.update("\(letter)\0")
            total.update(entry.path + [0] + value + [0])
        }
        guard let digest = total.finish() else { throw noDigest }
        return SHA256.hexadecimal(digest)
    }

    fileprivate static let noDigest = DeployError(.internal, "libcrypto could not compute SHA-256")
}

/// The files of a tree, shared out among several tasks.
private final class FileWork: Sendable {
    private let entries: [SourceEntry]
    private let root: [UInt8]
    private let next = Mutex(0)
    private let results: Mutex<[[UInt8]]>

    init(_ entries: [SourceEntry], root: [UInt8]) {
        self.entries = entries
        self.root = root
        results = Mutex(Array(repeating: [], count: entries.count))
    }

    /// For each entry the digest of its content; empty for what is no file.
    var digests: [[UInt8]] { results.withLock { $0 } }

    /// Digests one file after the other through one buffer, until none is left.
    func digestFiles() throws {
        guard var digest = SHA256() else { throw ReleaseDigest.noDigest }
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        while let index = claim() {
            guard case .file = entries[index].kind else { continue }
            try readFile(entries[index].path, through: &buffer) { digest.update($0) }
            guard let result = digest.finish() else { throw ReleaseDigest.noDigest }
            results.withLock { $0[index] = result }
        }
    }

    private func claim() -> Int? {
        next.withLock { next in
            guard next < entries.count else { return nil }
            defer { next += 1 }
            return next
        }
    }

    private func readFile(
        _ path: [UInt8], through buffer: inout [UInt8], _ consume: (UnsafeRawBufferPointer) -> Void
    ) throws {
        let descriptor = open(SourceEntry.cString(path, below: root), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SourceEntry.ReadingError(path: path, errorNumber: errno) }
        defer { close(descriptor) }
        while true {
            try Task.checkCancellation()
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SourceEntry.ReadingError(path: path, errorNumber: errno) }
            guard count > 0 else { return }
            buffer.withUnsafeBytes { consume(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
        }
    }
}
