import DeployModel

/// The values that several sections hold.
extension ValidationContext {
    /// Reports words in braces that `text` may not hold.
    func checkPlaceholders(
        _ text: String, of name: String, allowed: Set<Placeholders.Word>, at location: SourceLocation
    ) {
        if text.contains("{{") {
            report(
                "`\(name.shortened)` holds `{{`, which is not understood", at: location,
                hint: "a word is put in with single braces, such as `{host}`")
            return
        }
        let names = Placeholders.Word.allCases.filter(allowed.contains).map(\.rawValue)
        for word in Placeholders.words(in: text) where !names.contains(word) {
            let list = names.map { "`{\($0)}`" }.joined(separator: ", ")
            report(
                "`\(name.shortened)` holds `{\(word.shortened)}`, which is not known here", at: location,
                hint: Spelling.nearest(to: word, among: names).map { "did you mean `{\($0)}`?" } ?? "known are \(list)")
        }
    }
}

extension DocumentNode {
    var isCollection: Bool {
        switch content {
        case .list, .map: true
        case .null, .scalar, .invalid: false
        }
    }
}
