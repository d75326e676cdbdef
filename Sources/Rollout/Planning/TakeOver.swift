package import DeployModel

/// What a run does about others whose controllers have vanished, once it has the lease.
package struct TakeOver {
    private let policy: RolloutPolicy.Unfinished
    private let events: any EventPublisher
    private let list: ([HostName]) -> String

    /// - Parameter list: writes several hosts as one text.
    package init(
        policy: RolloutPolicy.Unfinished, events: any EventPublisher, list: @escaping ([HostName]) -> String
    ) {
        self.policy = policy
        self.events = events
        self.list = list
    }

    /// The runs that this one puts in order.
    ///
    /// - Parameter selected: the hosts of this run.
    /// - Throws: ``DeployError`` `.unfinishedRun` where they must be dealt with first.
    package func runs(in records: [HostRecord], selected: [HostName]) throws(DeployError) -> UnfinishedRuns {
        let unfinished = UnfinishedRuns(records)
        guard let newest = unfinished.ids.last else { return unfinished }
        let who = unfinished.header.map { " of \($0.who)" } ?? ""
        let what = "run \(newest)\(who) has not come to an end"
        guard !unfinished.isFromNewerVersion else {
            throw DeployError(
                .unfinishedRun, "\(what), and a newer `deploy` than this one wrote its journal",
                hint: "use that version, or a newer one")
        }
        let left =
            unfinished.hosts.isEmpty
            ? "no host is left in the middle" : "left in the middle: \(list(unfinished.hosts))"
        guard policy == .takeOver else {
            throw DeployError(
                .unfinishedRun, "\(what) (\(left)), and `rollout.unfinished` is `refuse`; nothing was changed",
                hint: "go on with it: `deploy resume`; or put its hosts back: `deploy abort`")
        }
        let others = Set(unfinished.hosts).subtracting(selected).sorted()
        guard others.isEmpty else {
            throw DeployError(
                .unfinishedRun,
                "\(what), and \(list(others)) of it \(others.count == 1 ? "is" : "are") not selected; "
                    + "nothing was changed",
                hint: "put its hosts back first: `deploy abort`; or go on with it: `deploy resume`")
        }
        events.publish(.warning(host: nil, message: "\(what); \(left); this run takes over"))
        return unfinished
    }
}
