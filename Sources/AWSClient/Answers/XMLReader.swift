/// Reads the XML that AWS answers with: elements, text, CDATA, the five named entities and numeric ones.
///
/// Document types are refused, and with them every entity that could grow or reach outside; depth and number of elements
/// are bounded. See <doc:Decision-Own-XML-Reader>.
package struct XMLReader {
    private static let maximumDepth = 64
    private static let maximumElements = 1_000_000

    private let bytes: [UInt8]
    private var position = 0
    private var elements = 0

    /// - Throws: ``XMLProblem`` for what is not one well-formed element with nothing but comments around it.
    package static func read(_ bytes: [UInt8]) throws(XMLProblem) -> AnswerElement {
        var reader = XMLReader(bytes: bytes)
        return try reader.document()
    }

    // MARK: Private

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func document() throws(XMLProblem) -> AnswerElement {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        try skipAround()
        guard peek() == UInt8(ascii: "<") else { throw problem("it does not begin with an element") }
        let root = try tree()
        try skipAround()
        guard position == bytes.count else { throw problem("something follows the last element") }
        return root
    }

    /// Reads an element with all that is in it, without recursion: depth is data here.
    private mutating func tree() throws(XMLProblem) -> AnswerElement {
        var open: [(element: AnswerElement, qualifiedName: ArraySlice<UInt8>, text: [UInt8])] = []
        while true {
            if skip("<!--") {
                try skipPast("-->")
            } else if skip("<![CDATA[") {
                let start = position
                try skipPast("]]>")
                append(bytes[start..<(position - 3)], to: &open)
            } else if skip("<?") {
                try skipPast("?>")
            } else if skip("</") {
                let name = try name()
                skipSpace()
                guard skip(">"), let (finished, expected, text) = open.popLast(), expected == name else {
                    throw problem("`</\(Self.text(name))>` closes nothing that is open")
                }
                var element = finished
                element.text = Self.trimmed(text)
                guard let parent = open.indices.last else { return element }
                open[parent].element.children.append(element)
            } else if skip("<") {
                elements += 1
                guard elements <= Self.maximumElements, open.count < Self.maximumDepth else {
                    throw problem("it is nested too deeply or has too many elements")
                }
                let name = try name()
                let isEmpty = try skipAttributes()
                let element = AnswerElement(Self.text(name.split(separator: UInt8(ascii: ":")).last ?? name))
                if !isEmpty {
                    open.append((element, name, []))
                } else if let parent = open.indices.last {
                    open[parent].element.children.append(element)
                } else {
                    return element
                }
            } else if position < bytes.count {
                let text = try characters()
                append(text[...], to: &open)
            } else {
                throw problem("it ends in the middle")
            }
        }
    }

    private func append(
        _ text: ArraySlice<UInt8>,
        to open: inout [(element: AnswerElement, qualifiedName: ArraySlice<UInt8>, text: [UInt8])]
    ) {
        if let last = open.indices.last { open[last].text += text }
    }

    private mutating func name() throws(XMLProblem) -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek(), !Self.isSpace(byte), !"<>/=&\"'!".utf8.contains(byte) { position += 1 }
        guard position > start else { throw problem("a name is missing") }
        return bytes[start..<position]
    }

    /// - Returns: whether the tag was `<…/>`.
    private mutating func skipAttributes() throws(XMLProblem) -> Bool {
        while true {
            skipSpace()
            if skip("/>") { return true }
            if skip(">") { return false }
            _ = try name()
            skipSpace()
            guard skip("=") else { throw problem("an attribute without a value") }
            skipSpace()
            guard let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
                let end = bytes[(position + 1)...].firstIndex(of: quote)
            else { throw problem("an attribute's value is not in quotes") }
            position = end + 1
        }
    }

    /// The text up to the next markup.
    private mutating func characters() throws(XMLProblem) -> [UInt8] {
        var text: [UInt8] = []
        while let byte = peek(), byte != UInt8(ascii: "<") {
            if byte == UInt8(ascii: "&") {
                text += try entity()
            } else {
                text.append(byte)
                position += 1
            }
        }
        return text
    }

    private mutating func entity() throws(XMLProblem) -> [UInt8] {
        let window = bytes[(position + 1)...].prefix(12)
        guard let end = window.firstIndex(of: UInt8(ascii: ";")) else { throw problem("`&` without `;`") }
        let name = Self.text(bytes[(position + 1)..<end])
        let named = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
        let replacement: String
        if let known = named[name] {
            replacement = known
        } else if name.hasPrefix("#") {
            let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
            guard let value = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10), value > 0,
                let scalar = Unicode.Scalar(value)
            else { throw problem("`&\(name);` is no character") }
            replacement = String(Character(scalar))
        } else {
            throw problem("`&\(name);` is not known")
        }
        position = end + 1
        return Array(replacement.utf8)
    }

    /// Skips what may stand before and after the root.
    private mutating func skipAround() throws(XMLProblem) {
        while true {
            skipSpace()
            if skip("<?") {
                try skipPast("?>")
            } else if skip("<!--") {
                try skipPast("-->")
            } else if skip("<!") {
                throw problem("it has a document type")
            } else {
                return
            }
        }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ marker: StaticString) -> Bool {
        let isThere = marker.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if isThere { position += marker.utf8CodeUnitCount }
        return isThere
    }

    private mutating func skipPast(_ marker: StaticString) throws(XMLProblem) {
        while position < bytes.count {
            if skip(marker) { return }
            position += 1
        }
        throw problem("it ends in the middle")
    }

    private mutating func skipSpace() {
        while let byte = peek(), Self.isSpace(byte) { position += 1 }
    }

    private func problem(_ reason: String) -> XMLProblem { XMLProblem(offset: position, reason: reason) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        let start = bytes.drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start.startIndex
        return text(start[..<end])
    }
}
