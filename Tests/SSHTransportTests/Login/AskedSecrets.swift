import SSHTransport
import Synchronization

/// Answers the questions for secrets, and remembers them.
final class AskedSecrets: Sendable {
    private let asked = Mutex<[LoginSecretSource.Question]>([])
    private let answers: Mutex<[String?]>

    /// - Parameter answers: one after the other; the last one again and again.
    init(_ answers: String?...) {
        self.answers = Mutex(answers)
    }

    var questions: [LoginSecretSource.Question] { asked.withLock { $0 } }

    func source(attempts: Int = 1) -> LoginSecretSource {
        LoginSecretSource(name: "test", attempts: attempts) { question in
            self.asked.withLock { $0.append(question) }
            let answer = self.answers.withLock { answers in
                answers.count > 1 ? answers.removeFirst() : answers.first ?? nil
            }
            return answer.map { SecretText($0) }
        }
    }
}
