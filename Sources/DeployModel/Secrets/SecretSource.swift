/// A place that knows the values of secrets, besides the environment of whoever runs `deploy`.
package struct SecretSource: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// A file on this machine; the path is absolute.
        case file(String)
        /// What a command on this machine prints.
        case command(Step.LocalCommand)
    }

    package enum Format: String, Sendable, Hashable, CaseIterable {
        /// `NAME=value` lines.
        case dotenv
        /// An object of names and values: as it is, as Vault wraps it, or as AWS Secrets Manager does.
        case json
    }

    package var place: Place
    package var format: Format
    package var location: SourceLocation?

    package init(_ place: Place, format: Format = .dotenv, location: SourceLocation? = nil) {
        self.place = place
        self.format = format
        self.location = location
    }
}
