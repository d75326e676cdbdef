import DeployModel
import Foundation

/// Reads a file of which nothing is known: it may be endless, a directory, or not there.
enum BoundedFile {
    /// The first `limitBytes` and one more, so that the reader can tell that there are more.
    ///
    /// - Throws: ``InventoryError`` with the system's own words.
    static func read(_ path: String, limitBytes: Int) throws(InventoryError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limitBytes {
            let count = Foundation.read(descriptor, &chunk, min(chunk.count, limitBytes + 1 - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, errno) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private static func failure(_ path: String, _ code: CInt) -> InventoryError {
        InventoryError([
            InventoryIssue(
                "`\(path.shortened)` cannot be read: \(String(cString: strerror(code)))", at: nil,
                hint: "name the file with `--inventory`")
        ])
    }
}
