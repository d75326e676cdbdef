/// The data types SSH messages, public keys and key files are made of.
///
/// Source: [RFC 4251, section 5](https://www.rfc-editor.org/rfc/rfc4251#section-5).
package enum SSHWire {
    /// The bytes do not hold what the format says comes next.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        /// What was expected, as a noun: `"a string"`.
        package var expected: String

        package init(expected: String) {
            self.expected = expected
        }

        package var description: String { "the data ends or goes wrong where \(expected) is expected" }
    }
}

extension RangeReplaceableCollection where Element == UInt8 {
    /// Appends a `uint32`, most significant byte first.
    package mutating func appendSSH(uint32 value: UInt32) {
        append(UInt8(truncatingIfNeeded: value >> 24))
        append(UInt8(truncatingIfNeeded: value >> 16))
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends a `string`: its length, then its bytes.
    package mutating func appendSSH(string bytes: some Collection<UInt8>) {
        // A length past 4 GiB cannot be built from our own bounded buffers; it would truncate, never trap.
        appendSSH(uint32: UInt32(truncatingIfNeeded: bytes.count))
        append(contentsOf: bytes)
    }

    /// Appends a `string` that holds UTF-8 text.
    package mutating func appendSSH(string text: String) {
        appendSSH(string: text.utf8)
    }

    /// Appends a non-negative `mpint`: without leading zeros, and with one zero byte where the top bit would read as a sign.
    package mutating func appendSSH(mpint magnitude: some Collection<UInt8>) {
        let significant = magnitude.drop { $0 == 0 }
        let sign: [UInt8] = (significant.first ?? 0) & 0x80 == 0 ? [] : [0]
        appendSSH(uint32: UInt32(truncatingIfNeeded: significant.count + sign.count))
        append(contentsOf: sign)
        append(contentsOf: significant)
    }
}
