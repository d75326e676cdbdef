/// Who knows the secrets of a login: a person at a terminal, or a command.
package struct LoginSecretSource: Sendable {
    /// What is asked for.
    package enum Question: Sendable, Hashable {
        /// - Parameter isRepeated: the last answer did not open the key.
        case passphrase(path: String, isRepeated: Bool)
        /// - Parameter host: the one that asks for it first.
        case password(user: String, host: String)
        case sudoPassword(user: String, host: String)
    }

    /// Why there was no answer; a clause.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package var description: String

        package init(_ description: String) {
            self.description = description
        }
    }

    /// Sources of the same name give the same answers, which are asked for once.
    package let name: String

    /// How often a passphrase that opens nothing is asked for again.
    package let attempts: Int

    private let read: @Sendable (Question) async throws(Failure) -> SecretText?

    /// - Parameter read: answers nil where the person did not want to answer.
    package init(
        name: String, attempts: Int = 1, read: @escaping @Sendable (Question) async throws(Failure) -> SecretText?
    ) {
        self.name = name
        self.attempts = attempts
        self.read = read
    }

    func answer(_ question: Question) async throws(Failure) -> SecretText? {
        try await read(question)
    }
}

/// What a login needs and has to ask for. Meanwhile the connection is closed, since its server would not wait.
enum MissingSecret: Sendable, Hashable {
    case passphrase(IdentityFile)
    case password
}
