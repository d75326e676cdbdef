/// What a run notes on the hosts before and after it acts, so that any machine can go on from there.
package protocol RunJournal: Sendable {
    /// Notes an entry on one host, or on every host of the service; returns when it is on the disk.
    ///
    /// - Throws: ``DeployError`` where that is not certain.
    func record(_ entry: JournalEntry, on host: HostName?) async throws(DeployError)
}
