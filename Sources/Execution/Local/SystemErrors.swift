#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The system's own words for an `errno`.
enum SystemErrors {
    static func text(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}
