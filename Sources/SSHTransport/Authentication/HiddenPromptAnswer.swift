/// Answers a server's keyboard-interactive questions (RFC 4256) where they come down to one password.
///
/// A second hidden question, or one whose answer would be seen, asks for something else than the password: it gets an empty
/// answer and is kept for the error. Confined to the connection's event loop.
final class HiddenPromptAnswer {
    private let password: SecretText
    private var isGiven = false

    /// The question that asked for something else.
    private(set) var foreignPrompt: String?

    init(password: SecretText) {
        self.password = password
    }

    func answer(prompt: String, isHidden: Bool) -> String {
        guard isHidden, !isGiven else {
            foreignPrompt = foreignPrompt ?? prompt
            return ""
        }
        isGiven = true
        return password.exposed
    }
}
