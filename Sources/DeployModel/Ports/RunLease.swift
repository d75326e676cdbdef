/// The right to change a service, which one run has at a time.
package protocol RunLease: Sendable {
    /// Makes sure, right before a side effect, that the run still has it.
    ///
    /// - Throws: ``DeployError`` `.leaseLost` where another run may have it now.
    func confirm() async throws(DeployError)
}
