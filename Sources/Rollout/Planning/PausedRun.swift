package import DeployModel

/// The run that ended after its canary and waits for an approval, as all the hosts together tell it.
package struct PausedRun: Sendable, Hashable {
    package let id: String
    package let header: RunHeader
    /// What has been done once in it, and need not be done again.
    package let remains: UnfinishedRuns

    /// - Parameters:
    ///   - run: the run that is meant; `nil` for the newest that waits.
    ///   - records: of every host that can be asked.
    /// - Throws: ``DeployError`` `.unfinishedRun` where a run has to be brought to an end first, `.notApprovable` where
    ///   there is nothing to approve of, or a later run has changed what it was about.
    package init(_ run: String?, in records: [HostRecord]) throws(DeployError) {
        let unfinished = UnfinishedRuns(records)
        if let open = unfinished.ids.last {
            throw DeployError(
                .unfinishedRun, "run \(open) has not come to an end; nothing was changed",
                hint: "go on with it: `deploy resume`; or put its hosts back: `deploy abort`")
        }
        let traces = records.flatMap(\.runs)
        let paused = Set(traces.filter(\.isPaused).map(\.run)).subtracting(
            traces.filter { $0.successor != nil }.map(\.run))
        guard let id = run.map({ paused.contains($0) ? $0 : nil }) ?? paused.max(),
            let header = traces.lazy.filter({ $0.run == id }).compactMap(\.header).first
        else {
            let what = run.map { "run `\($0)` does not wait for an approval" } ?? "no run waits for an approval"
            throw DeployError(
                .notApprovable, "\(what); nothing was changed",
                hint: paused.max().map { "run `\($0)` does" } ?? "`deploy history` lists the runs and how each ended")
        }
        if let later = traces.first(where: { $0.run > id && $0.hasChangedReleases }) {
            throw DeployError(
                .notApprovable,
                "run \(later.run)\(later.header.map { " of \($0.who)" } ?? "") has changed what runs since run \(id) "
                    + "stopped at its canary; nothing was changed",
                hint: "deploy anew")
        }
        self.id = id
        self.header = header
        remains = UnfinishedRuns(records) { $0.run == id }
    }
}

extension RunTrace {
    /// It ended with another release somewhere than before.
    fileprivate var hasChangedReleases: Bool {
        guard let ending, header?.purpose != .restart else { return false }
        return ending.state != .allOld
    }
}
