/// A host as inventories write it: a name or an address, perhaps with ranges, perhaps with a port.
struct AnsibleAddress: Sendable, Hashable {
    var text: String
    var port: Int?

    /// Ansible's `parse_address`, ranges allowed.
    ///
    /// - Returns: `nil` for what is neither a host name nor an IP address.
    init?(parsing written: String) {
        var (text, port) = Self.split(written)
        if port == nil { text = written }
        guard Self.isHostName(text) || Self.isIPv6(text) else { return nil }
        self.text = text
        self.port = port
    }

    /// The names that an entry of an inventory stands for, and its port.
    ///
    /// What is no address is taken as it is, as Ansible does.
    static func hosts(_ written: String) throws(ScalarProblem) -> (names: [String], port: Int?) {
        let address = AnsibleAddress(parsing: written)
        let text = address?.text ?? written
        return (text.contains("[") ? try expand(text) : [text], address?.port)
    }

    // MARK: Ports

    /// `[…]:22`, or a text without colons outside of brackets, and `:22`.
    private static func split(_ written: String) -> (String, Int?) {
        guard let colon = written.lastIndex(of: ":"), let port = Int(written[written.index(after: colon)...]),
            port >= 0, written[written.index(after: colon)...].allSatisfy(\.isASCIIDigit)
        else { return (written, nil) }
        let before = written[..<colon]
        if before.hasPrefix("["), before.hasSuffix("]"), before.count > 2 {
            return (String(before.dropFirst().dropLast()), port)
        }
        return pieces(of: before, separator: ":")?.count == 1 ? (String(before), port) : (written, nil)
    }

    // MARK: Names

    /// Labels with dots between them; a label holds letters, digits, `_`, `-` and ranges, and does not end with `-` or `_`.
    private static func isHostName(_ text: String) -> Bool {
        guard let labels = pieces(of: text[...], separator: ".") else { return false }
        return labels.allSatisfy { label in
            guard let first = label.first, let last = label.last, first != "-", last != "-", last != "_" else {
                return false
            }
            return hasOnlyRanges(label, isRange: isNameRange) { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        }
    }

    private static func isIPv6(_ text: String) -> Bool {
        let halves = text.components(dividedBy: "::")
        guard halves.count <= 2, text.contains(":") else { return false }
        let groups = halves.flatMap { $0.isEmpty ? [] : pieces(of: $0, separator: ":") ?? [""] }
        guard halves.count == 2 ? groups.count <= 7 : groups.count == 8 else { return false }
        return groups.enumerated().allSatisfy { index, group in
            if index == groups.count - 1, group.contains(".") { return isHostName(String(group)) }
            return !group.isEmpty
                && (hasOnlyRanges(group, isRange: isHexadecimalRange) { $0.isHexDigit })
                && (group.contains("[") || group.count <= 4)
        }
    }

    /// `[1:9]`, `[01:12:2]`, `[a:f]`
    private static func isNameRange(_ bounds: [Substring]) -> Bool {
        guard (2...3).contains(bounds.count), bounds.dropFirst(2).allSatisfy(isDecimal) else { return false }
        let ends = bounds.prefix(2)
        return ends.allSatisfy(isDecimal) || ends.allSatisfy { $0.count == 1 && $0.allSatisfy(isLatin) }
    }

    private static func isHexadecimalRange(_ bounds: [Substring]) -> Bool {
        (2...3).contains(bounds.count) && bounds.dropFirst(2).allSatisfy(isDecimal)
            && bounds.prefix(2).allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isHexDigit) }
    }

    private static func isDecimal(_ text: Substring) -> Bool { !text.isEmpty && text.allSatisfy(\.isASCIIDigit) }
    private static func isLatin(_ character: Character) -> Bool { character.isASCII && character.isLetter }

    private static func hasOnlyRanges(
        _ text: Substring, isRange: ([Substring]) -> Bool, isAllowed: (Character) -> Bool
    ) -> Bool {
        var rest = text
        while let character = rest.first {
            if character == "[" {
                guard let close = rest.firstIndex(of: "]"),
                    isRange(
                        rest[rest.index(after: rest.startIndex)..<close]
                            .split(separator: ":", omittingEmptySubsequences: false))
                else { return false }
                rest = rest[rest.index(after: close)...]
            } else {
                guard isAllowed(character) else { return false }
                rest = rest.dropFirst()
            }
        }
        return true
    }

    /// The text divided at separators that stand outside of brackets; `nil` where a bracket has no partner.
    private static func pieces(of text: Substring, separator: Character) -> [Substring]? {
        var pieces: [Substring] = []
        var start = text.startIndex
        var isInBrackets = false
        for index in text.indices {
            switch text[index] {
            case "[":
                if isInBrackets { return nil }
                isInBrackets = true
            case "]":
                if !isInBrackets { return nil }
                isInBrackets = false
            case separator where !isInBrackets:
                pieces.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        return isInBrackets ? nil : pieces + [text[start...]]
    }

    // MARK: Ranges

    private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// Ansible's `expand_hostname_range`: the first range runs slowest; a missing begin is 0, a third part is the step.
    private static func expand(_ text: String) throws(ScalarProblem) -> [String] {
        var texts = [""]
        var rest = text[...]
        while let open = rest.firstIndex(of: "[") {
            guard let close = rest[open...].firstIndex(of: "]") else {
                throw ScalarProblem("has a `[` without its `]`: `\(text.shortened)`")
            }
            let values = try range(rest[rest.index(after: open)..<close], of: text)
            let (count, overflow) = texts.count.multipliedReportingOverflow(by: values.count)
            guard !overflow, count <= HostRange.limit else {
                throw ScalarProblem("stands for more than 10,000 hosts: `\(text.shortened)`")
            }
            let head = rest[..<open]
            texts = texts.flatMap { text in values.map { text + head + $0 } }
            rest = rest[rest.index(after: close)...]
        }
        return texts.map { $0 + rest }
    }

    private static func range(_ text: Substring, of whole: String) throws(ScalarProblem) -> [String] {
        let problem = ScalarProblem(
            "has `[\(String(text).shortened)]`, which is not a range such as `[01:12]`, `[a:f]` or `[0:8:2]`")
        let bounds = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(bounds.count), let end = bounds.dropFirst().first, !end.isEmpty,
            let step = bounds.count == 3 ? positive(bounds[2]) : 1, let written = bounds.first
        else { throw problem }
        let begin = written.isEmpty ? "0" : written
        let width = begin.hasPrefix("0") && begin.count > 1 ? begin.count : 0
        if width > 0, width != end.count {
            throw ScalarProblem(
                "has the range `[\(text)]`, whose ends are not padded alike",
                hint: "write as many digits on both sides: `[01:12]`")
        }
        if begin.count == 1, end.count == 1, let low = letters.firstIndex(of: Character(String(begin))),
            let high = letters.firstIndex(of: Character(String(end)))
        {
            guard low <= high else { throw problem }
            return stride(from: low, through: high, by: step).map { String(letters[$0]) }
        }
        guard isDecimal(begin), isDecimal(end), begin.count <= 9, end.count <= 9, let low = Int(begin),
            let high = Int(end)
        else { throw problem }
        guard (high - low) / step < HostRange.limit else {
            throw ScalarProblem("stands for more than 10,000 hosts: `\(whole.shortened)`")
        }
        return stride(from: low, through: high, by: step).map { number in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
    }

    private static func positive(_ text: Substring) -> Int? {
        guard isDecimal(text), text.count <= 9, let step = Int(text), step > 0 else { return nil }
        return step
    }
}

extension String {
    /// The parts around each occurrence of a text.
    fileprivate func components(dividedBy separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let match = rest.firstRange(of: separator) {
            parts.append(rest[..<match.lowerBound])
            rest = rest[match.upperBound...]
        }
        return parts + [rest]
    }
}
