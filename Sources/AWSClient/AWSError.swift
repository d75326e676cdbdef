/// Why a call to AWS did not do what was asked, or why it could not be made.
package struct AWSError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// AWS answered, and its answer is an error with this code.
        case refused(code: String)
        /// No answer, or none from AWS itself. Whether the call took effect is not known.
        case unreachable
        /// An answer that cannot be understood.
        case unreadableAnswer
        /// No source has credentials, or one that was named has none that work.
        case credentials
        /// Nothing was sent: a setting is wrong.
        case settings
        case cancelled
    }

    package var kind: Kind
    /// One sentence: what failed and why, the culprit in backticks.
    package var message: String
    /// What AWS said; bounded.
    package var evidence: [String]
    package var hint: String?

    package init(_ kind: Kind, _ message: String, evidence: [String] = [], hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.evidence = evidence
        self.hint = hint
    }

    /// The code of AWS's error, for instance `TargetGroupNotFound`.
    package var code: String? {
        if case .refused(let code) = kind { code } else { nil }
    }

    /// The caller is known to AWS and lacks a right.
    package var isDenied: Bool { code.map(ServiceFailure.deniedCodes.contains) ?? false }
}

extension AWSError: CustomStringConvertible {
    package var description: String { message }
}
