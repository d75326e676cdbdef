internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Asks the system's resolver for the canonical name of a host, for `CanonicalizeHostname`.
enum CanonicalNameLookup {
    /// Asks on a thread of its own, for no longer than `limit`: getaddrinfo(3) takes as long as its servers let it, and
    /// cannot be interrupted.
    ///
    /// - Returns: nil where the name has no address, or none in time.
    static func canonicalName(of name: String, within limit: DispatchTimeInterval = .seconds(10)) async -> String? {
        await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            DispatchQueue.global().async { answer.give(lookUp(name)) }
            DispatchQueue.global().asyncAfter(deadline: .now() + limit) { answer.give(nil) }
        }
    }

    /// The first answer counts.
    private final class Answer: Sendable {
        private let waiting: Mutex<CheckedContinuation<String?, Never>?>

        init(_ continuation: CheckedContinuation<String?, Never>) {
            waiting = Mutex(continuation)
        }

        func give(_ name: String?) {
            let continuation = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            continuation?.resume(returning: name)
        }
    }

    private static func lookUp(_ name: String) -> String? {
        var hints = addrinfo()
        hints.ai_flags = AI_CANONNAME
        hints.ai_socktype = SocketType.stream
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        guard let canonical = list?.pointee.ai_canonname else { return name }
        return String(cString: canonical)
    }
}
