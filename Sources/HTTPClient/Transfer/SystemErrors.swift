#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The few `errno` values that are told apart, and the system's words for all.
enum SystemErrors {
    static let refused = ECONNREFUSED
    static let noSuchFile = ENOENT

    static func message(_ number: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let text = buffer.baseAddress, strerror_r(number, text, buffer.count) == 0 else {
                return "error \(number)"
            }
            return String(cString: text)
        }
    }
}
