/// Reads what Python's `ast.literal_eval` reads: the values of INI inventories are numbers, lists and so on where they look
/// like those of Python, and texts where they do not.
struct PythonLiteral {
    static let limitDepth = 64

    fileprivate let characters: [Character]
    fileprivate var position = 0

    /// - Returns: `nil` where the text is no literal, and so stands for itself.
    static func value(of text: String) -> AnsibleValue? {
        var reader = PythonLiteral(characters: Array(text))
        reader.skipSpace()
        guard let value = reader.tuple(until: nil, depth: 1) else { return nil }
        return reader.next == nil ? value : nil
    }

    private init(characters: [Character]) { self.characters = characters }

    // MARK: Private

    private var next: Character? { position < characters.count ? characters[position] : nil }

    private func character(after distance: Int) -> Character? {
        position + distance < characters.count ? characters[position + distance] : nil
    }

    /// A comment runs to the end of the line, and so of the text.
    private mutating func skipSpace() {
        while let character = next, character == " " || character == "\t" { position += 1 }
        if next == "#" { position = characters.count }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard next == character else { return false }
        position += 1
        skipSpace()
        return true
    }

    /// One value, or several with commas between them.
    private mutating func tuple(until close: Character?, depth: Int) -> AnsibleValue? {
        guard let first = value(depth: depth) else { return nil }
        var items = [first]
        var hasComma = false
        while take(",") {
            hasComma = true
            if next == close { break }
            guard let item = value(depth: depth) else { return nil }
            items.append(item)
        }
        return hasComma ? .list(items) : first
    }

    private mutating func value(depth: Int) -> AnsibleValue? {
        guard depth <= Self.limitDepth, let character = next else { return nil }
        switch character {
        case "[": return collection("]", depth: depth)
        case "(": return parentheses(depth: depth)
        case "{": return braces(depth: depth)
        case "-", "+": return signed(depth: depth)
        case "'", "\"": return strings()
        case ".": return take3Dots() ? .string("...") : number()
        default: break
        }
        if character.isASCIIDigit { return number() }
        if stringPrefixLength != nil { return strings() }
        let word = characters[position...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        position += word.count
        skipSpace()
        switch String(word) {
        case "True": return .bool(true)
        case "False": return .bool(false)
        case "None": return .null
        case "set": return take("(") && take(")") ? .list([]) : nil
        default: return nil
        }
    }

    private mutating func take3Dots() -> Bool {
        guard characters[position...].prefix(3).elementsEqual("...") else { return false }
        position += 3
        skipSpace()
        return true
    }

    private mutating func collection(_ close: Character, depth: Int) -> AnsibleValue? {
        position += 1
        skipSpace()
        var items: [AnsibleValue] = []
        while !take(close) {
            guard let item = value(depth: depth + 1) else { return nil }
            items.append(item)
            guard take(",") || next == close else { return nil }
        }
        return .list(items)
    }

    private mutating func parentheses(depth: Int) -> AnsibleValue? {
        position += 1
        skipSpace()
        if take(")") { return .list([]) }
        guard let value = tuple(until: ")", depth: depth + 1), take(")") else { return nil }
        return value
    }

    private mutating func braces(depth: Int) -> AnsibleValue? {
        position += 1
        skipSpace()
        if take("}") { return .map([]) }
        var keys: [AnsibleValue] = []
        var entries: [AnsibleValue.Entry] = []
        repeat {
            if next == "}" { break }
            guard let key = value(depth: depth + 1) else { return nil }
            keys.append(key)
            guard take(":") else { continue }
            guard let name = key.keyText, let value = value(depth: depth + 1) else { return nil }
            entries.set(name, value)
        } while take(",")
        guard take("}"), entries.isEmpty || keys.allSatisfy({ key in entries.contains { $0.name == key.keyText } })
        else { return nil }
        return entries.isEmpty ? .list(keys) : .map(entries)
    }

    private mutating func signed(depth: Int) -> AnsibleValue? {
        let isNegative = next == "-"
        position += 1
        skipSpace()
        // Python takes one sign, before a number.
        guard next != "-", next != "+" else { return nil }
        switch value(depth: depth + 1) {
        case .integer(let number): return .integer(isNegative ? -number : number)
        case .number(let number): return .number(isNegative ? -number : number)
        default: return nil
        }
    }

    private mutating func number() -> AnsibleValue? {
        var end = position
        while end < characters.count, Self.continuesNumber(characters, at: end) { end += 1 }
        let text = String(characters[position..<end])
        position = end
        skipSpace()
        return Self.number(text)
    }

    private static func continuesNumber(_ characters: [Character], at index: Int) -> Bool {
        let character = characters[index]
        if character.isLetter || character.isNumber || character == "_" || character == "." { return true }
        // The sign of an exponent.
        guard character == "+" || character == "-", index > 0 else { return false }
        let isHexadecimal = characters[..<index].suffix(20).contains { $0 == "x" || $0 == "X" }
        return (characters[index - 1] == "e" || characters[index - 1] == "E") && !isHexadecimal
    }

    private static func number(_ text: String) -> AnsibleValue? {
        // Single underscores between digits, nowhere else.
        let lower = text.lowercased()
        guard text.allSatisfy(\.isASCII), !lower.contains("__"), !lower.hasSuffix("_"), !lower.contains("._"),
            !lower.contains("_."), !lower.contains("_e"), !lower.contains("e_") || lower.hasPrefix("0x")
        else { return nil }
        let digits = lower.filter { $0 != "_" }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return Int64(digits.dropFirst(2), radix: radix).map(AnsibleValue.integer)
        }
        if digits.allSatisfy(\.isASCIIDigit) {
            if digits.hasPrefix("0"), digits.contains(where: { $0 != "0" }) { return nil }
            return Int64(digits).map(AnsibleValue.integer) ?? Double(digits).map(AnsibleValue.number)
        }
        guard digits.contains(where: \.isASCIIDigit), digits.allSatisfy({ $0.isASCIIDigit || "+-.e".contains($0) })
        else { return nil }
        var complete = digits.hasPrefix(".") ? "0" + digits : digits
        if complete.hasSuffix(".") { complete += "0" }
        return Double(complete.replacing(".e", with: ".0e")).map(AnsibleValue.number)
    }
}

// MARK: - Texts

extension PythonLiteral {
    /// The length of `r`, `b`, `u` and their like before a quote.
    private var stringPrefixLength: Int? {
        let prefix = characters[position...].prefix(3).prefix { $0 != "'" && $0 != "\"" }
        let text = String(prefix).lowercased()
        guard ["", "r", "u", "b", "br", "rb"].contains(text), let quote = character(after: prefix.count),
            quote == "'" || quote == "\""
        else { return nil }
        return prefix.count
    }

    /// Texts that stand side by side are one.
    private mutating func strings() -> AnsibleValue? {
        var result = ""
        var isBytes: Bool?
        while let length = stringPrefixLength {
            let prefix = String(characters[position..<position + length]).lowercased()
            let isOfBytes = prefix.contains("b")
            guard isBytes == nil || isBytes == isOfBytes else { return nil }
            isBytes = isOfBytes
            position += length
            guard let text = string(isRaw: prefix.contains("r"), isBytes: isOfBytes) else { return nil }
            result += text
            skipSpace()
        }
        return .string(result)
    }

    private mutating func string(isRaw: Bool, isBytes: Bool) -> String? {
        guard let quote = next else { return nil }
        let isTriple = character(after: 1) == quote && character(after: 2) == quote
        let close = String(repeating: String(quote), count: isTriple ? 3 : 1)
        position += close.count
        var result = ""
        while let character = next {
            if characters[position...].prefix(close.count).elementsEqual(close) {
                position += close.count
                return result
            }
            position += 1
            guard character == "\\" else {
                result.append(character)
                continue
            }
            guard let escaped = next else { return nil }
            position += 1
            if isRaw {
                result += "\\\(escaped)"
            } else if let text = unescaped(escaped, isBytes: isBytes) {
                result += text
            } else {
                return nil
            }
        }
        return nil
    }

    /// What a backslash and `character` stand for; an escape that Python does not know stands for itself.
    private mutating func unescaped(_ character: Character, isBytes: Bool) -> String? {
        switch character {
        case "\\", "'", "\"": return String(character)
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "a": return "\u{07}"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "x": return scalar(digits: 2, radix: 16)
        case "u" where !isBytes: return scalar(digits: 4, radix: 16)
        case "U" where !isBytes: return scalar(digits: 8, radix: 16)
        case "N" where !isBytes: return nil
        case "0"..."7":
            position -= 1
            let count = characters[position...].prefix(3).prefix { ("0"..."7").contains($0) }.count
            return scalar(digits: count, radix: 8)
        default: return "\\\(character)"
        }
    }

    private mutating func scalar(digits count: Int, radix: Int) -> String? {
        let digits = characters[position...].prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isHexDigit), let value = UInt32(String(digits), radix: radix),
            let scalar = Unicode.Scalar(value)
        else { return nil }
        position += count
        return String(Character(scalar))
    }
}
