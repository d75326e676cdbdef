extension SSHWire {
    /// Reads SSH data types from the front of bytes that nobody vouches for.
    ///
    /// Every length is checked against what is left before it is used, so no input traps and nothing is allocated by a
    /// length alone. It reads slices, without copying: of an array, or of the memory of a secret.
    package struct Reader<Bytes: RandomAccessCollection> where Bytes.Element == UInt8, Bytes.SubSequence == Bytes {
        /// What has not been read yet.
        package private(set) var rest: Bytes

        package init(_ bytes: Bytes) {
            rest = bytes
        }

        package var isAtEnd: Bool { rest.isEmpty }

        /// Reads `count` bytes.
        package mutating func bytes(_ count: Int) throws(Malformed) -> Bytes {
            guard count >= 0, count <= rest.count else { throw Malformed(expected: "\(count) bytes") }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        package mutating func byte() throws(Malformed) -> UInt8 {
            guard let byte = rest.first else { throw Malformed(expected: "a byte") }
            rest = rest.dropFirst()
            return byte
        }

        package mutating func uint32() throws(Malformed) -> UInt32 {
            guard rest.count >= 4 else { throw Malformed(expected: "a number") }
            return try bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
        }

        /// Reads a `string`: any bytes with their length before them.
        package mutating func string() throws(Malformed) -> Bytes {
            let start = rest
            let length = try uint32()
            guard length <= UInt32(clamping: rest.count) else {
                rest = start
                throw Malformed(expected: "a string")
            }
            return try bytes(Int(length))
        }

        /// Reads a `string` that must be UTF-8.
        package mutating func text() throws(Malformed) -> String {
            guard let text = String(validating: try string(), as: UTF8.self) else { throw Malformed(expected: "text") }
            return text
        }

        /// Reads an `mpint` that must not be negative, and returns its magnitude without leading zeros.
        package mutating func magnitude() throws(Malformed) -> Bytes {
            let number = try string()
            guard (number.first ?? 0) & 0x80 == 0 else { throw Malformed(expected: "a number that is not negative") }
            return number.drop { $0 == 0 }
        }
    }
}

extension SSHWire.Reader where Bytes == ArraySlice<UInt8> {
    package init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }
}
