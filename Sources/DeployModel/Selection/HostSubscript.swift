/// The index or slice behind a pattern: `web[0]`, `web[-1]`, `web[1:3]` (both ends included), `web[2:]`.
package struct HostSubscript: Sendable, Hashable {
    private enum Kind: Sendable, Hashable {
        case index(Int)
        /// To the end where there is no last one.
        case slice(Int, through: Int?)
    }

    private let kind: Kind

    /// The pattern without its subscript, and the subscript where there is one.
    package static func split(_ text: String) -> (base: String, HostSubscript?) {
        guard text.hasSuffix("]"), let open = text.lastIndex(of: "["), open != text.startIndex else {
            return (text, nil)
        }
        let inner = text[text.index(after: open)...].dropLast()
        guard let kind = kind(of: inner) else { return (text, nil) }
        return (String(text[..<open]), HostSubscript(kind: kind))
    }

    /// The hosts that are meant; `nil` for an index that none has.
    package func pick<Name>(from hosts: [Name]) -> [Name]? {
        switch kind {
        case .index(let index):
            let place = index < 0 ? hosts.count + index : index
            return hosts.indices.contains(place) ? [hosts[place]] : nil
        case .slice(let first, through: let last):
            let end = min(last ?? hosts.count, hosts.count - 1)
            return first <= end ? Array(hosts[first...end]) : []
        }
    }

    // MARK: Private

    private static func kind(of text: Substring) -> Kind? {
        if let index = number(text, isSigned: true) { return .index(index) }
        guard let separator = text.firstIndex(where: { $0 == ":" || $0 == "-" }),
            let first = number(text[..<separator], isSigned: false)
        else { return nil }
        let rest = text[text.index(after: separator)...]
        if rest.isEmpty { return .slice(first, through: nil) }
        guard let last = number(rest, isSigned: false) else { return nil }
        // A slice that ends at 0 is an index to Ansible.
        return last == 0 ? .index(first) : .slice(first, through: last)
    }

    private static func number(_ text: Substring, isSigned: Bool) -> Int? {
        let digits = isSigned && text.hasPrefix("-") ? text.dropFirst() : text
        guard (1...9).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text)
    }
}
