/// A server of a backend, in HAProxy's own names: safe to put into a command line of the runtime API, where a space or
/// a `;` would end the word or the command.
struct ServerName: Sendable, Hashable, CustomStringConvertible {
    let backend: String
    let server: String

    /// `nil` for names HAProxy would not accept in its configuration either: only letters, digits and `- _ . :`.
    init?(backend: String, server: String) {
        guard Self.isName(backend), Self.isName(server) else { return nil }
        self.backend = backend
        self.server = server
    }

    /// Reads `web/web-1`, as the column `tracked` has it.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(backend: String(parts[0]), server: String(parts[1]))
    }

    var description: String { "\(backend)/\(server)" }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}
