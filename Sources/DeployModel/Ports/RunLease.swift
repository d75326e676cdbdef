/// The right to change a service, which one run has at a time.
package protocol RunLease: Sendable {
    /// Makes sure, right before a side effect, that the run still has it.
    ///
    /// - Throws: ``DeployError`` `.leaseLost` where another run may have it now.
    func confirm() async throws(DeployError)

    /// Whether another run has had it since, so that what this run has left in the middle is that run's.
    ///
    /// A lease that merely could not be renewed is not taken: nobody else is known to be at work.
    func isTaken() async -> Bool
}
