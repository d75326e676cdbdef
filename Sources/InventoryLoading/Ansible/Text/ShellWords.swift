/// Divides a line into words as Python's `shlex.split(line, comments=True)` does, which reads the hosts of INI inventories.
enum ShellWords {
    /// - Returns: `nil` where a quote is not closed or a backslash ends the line.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word = ""
        var isInWord = false
        var quote: Character?
        var characters = line.makeIterator()
        while let character = characters.next() {
            switch (quote, character) {
            case (let open?, character) where open == character:
                quote = nil
            case ("\""?, "\\"):
                guard let escaped = characters.next() else { return nil }
                if escaped != "\\", escaped != "\"" { word.append("\\") }
                word.append(escaped)
            case (.some, _):
                word.append(character)
            case (nil, "\""), (nil, "'"):
                quote = character
                isInWord = true
            case (nil, "\\"):
                guard let escaped = characters.next() else { return nil }
                word.append(escaped)
                isInWord = true
            case (nil, " "), (nil, "\t"):
                if isInWord { words.append(word) }
                (word, isInWord) = ("", false)
            case (nil, "#"):
                // Also inside a word: what follows is a comment.
                return isInWord ? words + [word] : words
            default:
                word.append(character)
                isInWord = true
            }
        }
        guard quote == nil else { return nil }
        return isInWord ? words + [word] : words
    }
}
