import SSHTransport

/// Whether the keys that a host shows are to be recorded.
struct TrustDecision: Sendable {
    let review: HostKeyReview
    /// Those that somebody has given; empty: all keys are meant.
    var fingerprints: [String]
    let isReplacing: Bool
    /// A person can compare the fingerprints.
    let isAskable: Bool
    /// `ssh` has taken the key for the host's.
    var isVerified = false

    /// The keys to record.
    var keys: [HostKey] { review.keys(with: fingerprints) }

    /// Nobody needs to be asked any more.
    var isCompared: Bool { !fingerprints.isEmpty }

    /// Why they are not.
    var refusal: CommandFailure? {
        if case .revoked(let entry) = review.state {
            return CommandFailure(
                .notApproved, "`\(review.host)` shows a key that is revoked at \(entry.file):\(entry.line)",
                hint: "give the host a new key")
        }
        if case .changed = review.state {
            guard isReplacing else {
                return CommandFailure(
                    .notApproved, "the key of `\(review.host)` has changed",
                    hint: "if the host was set up anew, compare the fingerprints and add `--replace`")
            }
            guard isAskable || isCompared else {
                return CommandFailure(
                    .notApproved, "the key of `\(review.host)` has changed, and there is no terminal to ask at",
                    hint: "give the fingerprint you expect with `--fingerprint`")
            }
        }
        guard !keys.isEmpty else {
            let given = isVerified ? "that `ssh` accepts" : "that was given"
            return CommandFailure(
                .notApproved, "`\(review.host)` shows no key with the fingerprint \(given)",
                hint: "someone may be between you and the host")
        }
        return nil
    }
}
