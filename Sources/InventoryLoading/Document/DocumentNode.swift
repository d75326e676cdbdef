import DeployModel

/// A value of the file with its place. Scalars are the text that was written: their type is the schema's business.
struct DocumentNode: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        var key: String
        var keyLocation: SourceLocation
        var value: DocumentNode
    }

    enum Content: Sendable, Hashable {
        /// Nothing was written, or `~`, or `null`, without quotes.
        case null
        case scalar(String)
        case list([DocumentNode])
        /// In the order of the file; keys are unique, merge keys are resolved.
        case map([Entry])
        /// An issue has been reported for this value; nothing more is to be said about it.
        case invalid
    }

    var content: Content
    var location: SourceLocation
    /// `null` or `~` is written out, which in a file that extends another takes the base's value away.
    var isWrittenNull = false

    /// `a list`, `a map` and so on, for messages.
    var kind: String {
        switch content {
        case .null: "nothing"
        case .scalar(let text): "`\(text.shortened)`"
        case .list: "a list"
        case .map: "a map"
        case .invalid: "an invalid value"
        }
    }
}

extension String {
    /// At most 60 characters on one line, for messages; what would change how the rest of the line is shown is replaced.
    var shortened: String {
        var result = ""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count == 60 { return result + "…" }
            result.unicodeScalars.append(scalar.isShowable ? scalar : "\u{FFFD}")
        }
        return result
    }
}

extension Unicode.Scalar {
    /// Neither a control character nor a line end nor a bidirectional mark.
    fileprivate var isShowable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: true
        }
    }
}
