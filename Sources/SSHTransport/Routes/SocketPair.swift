#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Two sockets that are connected to each other; each is closed unless somebody takes it over.
struct SocketPair: ~Copyable {
    private var first: CInt
    private var second: CInt

    /// - Throws: the number of the error, of which `EMFILE` (too many open files) is the likely one.
    init() throws(SystemCallError) {
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, SocketType.stream, 0, &ends) == 0 else { throw SystemCallError(number: errno) }
        (first, second) = (ends[0], ends[1])
        SocketTuning.closeOnExec(first)
        SocketTuning.closeOnExec(second)
    }

    deinit {
        close(first)
        close(second)
    }

    consuming func release() -> (CInt, CInt) {
        let ends = (first, second)
        discard self
        return ends
    }
}

/// A call to the operating system that failed.
struct SystemCallError: Error, CustomStringConvertible {
    var number: CInt

    var description: String { String(cString: strerror(number)) }
}
