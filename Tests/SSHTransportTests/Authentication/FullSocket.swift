import Foundation
import TestSupport

/// A listening unix socket that takes no connection, and whose queue of waiting ones is full.
struct FullSocket {
    private var descriptors: [Int32] = []

    init(path: String) throws {
        let listener = Self.makeSocket()
        descriptors.append(listener)
        guard Self.with(path, { bind(listener, $0, $1) }) == 0, listen(listener, 0) == 0 else {
            close()
            throw LabError("no socket at `\(path)`: \(String(cString: strerror(errno)))")
        }
        while true {
            let client = Self.makeSocket()
            descriptors.append(client)
            _ = fcntl(client, F_SETFL, O_NONBLOCK)
            guard Self.with(path, { connect(client, $0, $1) }) == 0 else { break }
        }
    }

    func close() {
        for descriptor in descriptors { Foundation.close(descriptor) }
    }

    private static func makeSocket() -> Int32 {
        #if os(Linux)
        socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
        socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
    }

    private static func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
