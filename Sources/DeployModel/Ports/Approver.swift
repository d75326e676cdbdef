/// Asks whether a rollout may go on after its canary.
package protocol Approver: Sendable {
    /// Waits for the answer; a cancellation, and the end of the input, are a no.
    func approves(_ canary: [HostName]) async -> Bool
}
