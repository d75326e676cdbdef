package import DeployModel

/// What runs have left that nobody has brought to an end, as all the hosts together tell it.
package struct UnfinishedRuns: Sendable, Hashable {
    /// One host in the middle of something.
    package struct Remainder: Sendable, Hashable {
        /// Drained by us, and not put back for certain.
        package var drained: [TargetRestoration]
        /// What was live before.
        package var previous: ReleaseID?
        /// What runs there was changed, and nothing has been proven to serve since.
        package var isUnproven: Bool
        /// What the host did for itself; `nil` where its dead-man switch has not fired.
        package var deadMan: DeadManReport?
    }

    /// Their ids, oldest first.
    package let ids: [String]
    /// What the newest of them is.
    package let header: RunHeader?
    /// The hosts that are in the middle of something.
    package let remainders: [HostName: Remainder]
    /// `once` steps that the newest of them, and those it goes on with, began, and how those ended.
    package let onceSteps: [StepPhase: JournalEntry.State]
    /// Hosts of theirs that could not be asked: nobody knows whether they are in the middle of something.
    package let unread: Set<HostName>
    /// A run that came after all of them, ended, and has changed what runs.
    package let laterRun: String?
    /// A newer `deploy` wrote what this one cannot read.
    package let isFromNewerVersion: Bool

    package init(_ records: [HostRecord]) {
        self.init(records, ended: Set(records.flatMap(\.endedRuns.keys)), where: \.isOpen)
    }

    /// - Parameter isMeant: tells which runs; one that a single host says is not meant is not.
    init(_ records: [HostRecord], ended: Set<String> = [], where isMeant: (RunTrace) -> Bool) {
        let traces = records.flatMap(\.runs)
        let ended = ended.union(traces.filter { !isMeant($0) }.map(\.run))
        let open = traces.filter { !ended.contains($0.run) }
        ids = Set(open.map(\.run)).sorted()
        let newest = ids.last
        header = open.lazy.filter { $0.run == newest }.compactMap(\.header).first
        unread = Set(open.compactMap(\.header).flatMap { $0.batches.joined() }).subtracting(records.map(\.host))
        let changes = records.flatMap(\.endedRuns).filter { $0.value != .allOld && $0.key > newest ?? "" }
        laterRun = changes.map(\.key).max()
        isFromNewerVersion = open.contains(where: \.isFromNewerVersion)
        var steps: [StepPhase: JournalEntry.State] = [:]
        for trace in open where trace.run == newest {
            for phase in trace.header?.onceStepsDone ?? [] { steps[phase] = .done }
            steps.merge(trace.onceSteps) { earlier, later in earlier == .done ? earlier : later }
        }
        onceSteps = steps
        var remainders: [HostName: Remainder] = [:]
        for record in records {
            // Several runs may have worked on a host one after the other: together they are one story.
            let own = record.runs.filter { !ended.contains($0.run) }.sorted { $0.run < $1.run }
            let story = RunTrace(run: newest ?? "", entries: own.flatMap(\.entries))
            guard !story.openDrain.isEmpty || story.hasOpenSwitch else { continue }
            remainders[record.host] = Remainder(
                drained: story.openDrain, previous: story.previous, isUnproven: story.isUnproven,
                deadMan: own.lazy.compactMap(\.deadMan).last)
        }
        self.remainders = remainders
    }

    package var isEmpty: Bool { ids.isEmpty }

    /// The hosts in the middle of something, in order.
    package var hosts: [HostName] { remainders.keys.sorted() }

    /// What hosts did for themselves once their run had vanished.
    package var deadMen: [(host: HostName, report: DeadManReport)] {
        hosts.compactMap { host in remainders[host]?.deadMan.map { (host, $0) } }
    }

    /// `once` steps that are known to have ended well.
    package var onceStepsDone: [StepPhase] { onceSteps.filter { $0.value == .done }.map(\.key) }

    /// A `once` step that began, and is not known to have ended well.
    package var doubtfulOnceStep: StepPhase? { onceSteps.first { $0.value != .done }?.key }

    /// Tells a plan what is left for its run to put in order.
    package func bequeath(to plan: inout Plan) {
        plan.inherited = remainders.mapValues(\.drained).filter { !$1.isEmpty }
        plan.restored = remainders.compactMapValues(\.previous)
        plan.unproven = Set(remainders.filter(\.value.isUnproven).keys)
    }

    /// Whether a run with this outcome has put everything in order that was left.
    package func isSettled(by outcome: RunOutcome) -> Bool {
        let settled = Self.settled(by: outcome)
        return unread.union(remainders.keys).isSubset(of: settled)
    }

    /// The hosts in the middle that a run with this outcome has put in order.
    package func hostsSettled(by outcome: RunOutcome) -> [HostName] {
        let settled = Self.settled(by: outcome)
        return hosts.filter(settled.contains)
    }

    private static func settled(by outcome: RunOutcome) -> Set<HostName> {
        Set(
            outcome.hosts.filter { $0.isServing && ($0.result == .succeeded || $0.wasTouched) }.map(\.host))
    }
}
