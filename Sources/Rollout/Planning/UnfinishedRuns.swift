package import DeployModel

/// What runs have left that nobody has brought to an end, as all the hosts together tell it.
package struct UnfinishedRuns: Sendable, Hashable {
    /// One host in the middle of something.
    package struct Remainder: Sendable, Hashable {
        /// Drained by us, and not put back for certain.
        package var drained: [TargetRestoration]
        /// What was live before.
        package var previous: ReleaseID?
        /// What the host did for itself; `nil` where its dead-man switch has not fired.
        package var deadMan: DeadManReport?
    }

    /// Their ids, oldest first.
    package let ids: [String]
    /// What the newest of them is.
    package let header: RunHeader?
    /// The hosts that are in the middle of something.
    package let remainders: [HostName: Remainder]
    /// `once` steps that they began, and whether those are known to have ended well.
    package let onceSteps: [StepPhase: JournalEntry.State]
    /// A newer `deploy` wrote what this one cannot read.
    package let isFromNewerVersion: Bool

    package init(_ records: [HostRecord]) {
        self.init(records, where: \.isOpen)
    }

    /// - Parameter isMeant: tells which runs; one that a single host says is not meant is not.
    init(_ records: [HostRecord], where isMeant: (RunTrace) -> Bool) {
        let traces = records.flatMap(\.runs)
        let ended = Set(traces.filter { !isMeant($0) }.map(\.run))
        let open = traces.filter { !ended.contains($0.run) }
        ids = Set(open.map(\.run)).sorted()
        let newest = ids.last
        header = open.lazy.filter { $0.run == newest }.compactMap(\.header).first
        isFromNewerVersion = open.contains(where: \.isFromNewerVersion)
        var steps: [StepPhase: JournalEntry.State] = [:]
        for trace in open.sorted(by: { $0.run < $1.run }) {
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
                drained: story.openDrain, previous: story.previous, deadMan: own.lazy.compactMap(\.deadMan).last)
        }
        self.remainders = remainders
    }

    package var isEmpty: Bool { ids.isEmpty }

    /// The hosts in the middle of something, in order.
    package var hosts: [HostName] { remainders.keys.sorted() }

    /// What a run that puts hosts in order has to put back.
    package var inherited: [HostName: [TargetRestoration]] { remainders.mapValues(\.drained).filter { !$1.isEmpty } }

    /// What hosts had before they were left in the middle.
    package var previous: [HostName: ReleaseID] { remainders.compactMapValues(\.previous) }

    /// What hosts did for themselves once their run had vanished.
    package var deadMen: [(host: HostName, report: DeadManReport)] {
        hosts.compactMap { host in remainders[host]?.deadMan.map { (host, $0) } }
    }

    /// `once` steps that are known to have ended well.
    package var onceStepsDone: [StepPhase] { onceSteps.filter { $0.value == .done }.map(\.key) }

    /// A `once` step that began, and of which nobody knows how it ended.
    package var doubtfulOnceStep: StepPhase? { onceSteps.first { $0.value == .begun }?.key }

    /// Whether a run with this outcome has put everything in order that was left.
    package func isSettled(by outcome: RunOutcome) -> Bool {
        remainders.keys.allSatisfy { host in
            outcome.hosts.contains { each in
                each.host == host && each.isServing && (each.result == .succeeded || each.wasTouched)
            }
        }
    }
}
