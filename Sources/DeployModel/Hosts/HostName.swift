/// A host's unique name in the inventory, for instance `web-1`.
///
/// Only letters, digits and `. _ : -`, not beginning with `-`: a name is shown, compared and put into paths, and never
/// needs quoting.
package struct HostName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// Returns `nil` for a text that is empty, longer than 253 characters, or holds other characters.
    package init?(_ text: String) {
        guard (1...253).contains(text.utf8.count), !text.hasPrefix("-"),
            text.utf8.allSatisfy(Self.isAllowed)
        else { return nil }
        self.text = text
    }

    package var description: String { text }

    package static func < (left: HostName, right: HostName) -> Bool { left.text < right.text }

    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
            UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}

extension HostName: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let name = HostName(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "`\(text)` is not a host name"))
        }
        self = name
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
