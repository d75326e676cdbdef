/// What a run notes on the hosts before and after it acts, so that any machine can go on from there.
package protocol RunJournal: Sendable {
    /// Notes an entry on one host, or on every host of the service; returns when it is on the disk.
    ///
    /// - Throws: ``DeployError`` where that is not certain.
    func record(_ entry: JournalEntry, on host: HostName?) async throws(DeployError)

    /// Notes, on every host that holds a release, that a step of it cannot be undone: who goes back past it is warned.
    ///
    /// - Throws: ``DeployError`` where that is not certain on one of them.
    func markIrreversible(_ release: ReleaseID, step: String) async throws(DeployError)
}
