#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A fresh directory with mode 0700 for one socket.
struct ForwardDirectory {
    let path: String
    var socketPath: String { path + "/s" }

    /// Makes the directory below `TMPDIR`, or `/tmp` where that leaves no room for a socket's path (unix(7): 108 bytes; 104 on
    /// macOS).
    init() throws(ForwardDirectoryError) {
        let suffix = "/ssh-forward-XXXXXX"
        let configured = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let parent =
            configured.utf8.count + suffix.utf8.count + 2 < 104 && configured.hasPrefix("/") ? configured : "/tmp"
        var template = Array((parent + suffix).utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ForwardDirectoryError(path: parent, message: String(cString: strerror(errno)))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() {
        unlink(socketPath)
        rmdir(path)
    }
}

struct ForwardDirectoryError: Error, CustomStringConvertible {
    var path: String
    var message: String

    var description: String { "no directory for a socket can be made in `\(path)`: \(message)" }
}
