import Foundation

/// A listening socket whose queue is full, so that Linux drops the next SYN: connecting neither succeeds nor fails.
package final class FullListener {
    package let port: Int
    private let descriptors: [Int32]

    package init() throws {
        let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let listener = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var descriptors = [listener]
        let isFull = withUnsafeMutableBytes(of: &address) { bytes in
            guard let name = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                bind(listener, name, length) == 0, listen(listener, 0) == 0, getsockname(listener, name, &length) == 0
            else { return false }
            for _ in 0..<4 {
                let filler = socket(AF_INET, stream | Int32(SOCK_NONBLOCK.rawValue), 0)
                descriptors.append(filler)
                _ = connect(filler, name, length)
            }
            return true
        }
        self.descriptors = descriptors
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isFull else { throw LabError("no listener: \(String(cString: strerror(errno)))") }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
