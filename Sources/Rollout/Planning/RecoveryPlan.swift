package import DeployModel

/// Plans that deal with what vanished runs have left: from the journals on the hosts, without the sources of the release.
package struct RecoveryPlan: Sendable {
    private let inventory: Inventory
    private let unfinished: UnfinishedRuns

    package init(_ inventory: Inventory, _ unfinished: UnfinishedRuns) {
        self.inventory = inventory
        self.unfinished = unfinished
    }

    /// Goes on to what the run was about, as one run without a break would have.
    ///
    /// What was done for good is not done again: hosts that serve the release are left alone, and a `once` step that ended
    /// does not run a second time.
    ///
    /// - Throws: ``DeployError`` `.unfinishedRun` where a `once` step failed, or began and nobody knows how it ended; and
    ///   where a later run has changed what runs.
    package func resumed(
        _ header: RunHeader, skipsDoubtfulOnceStep: Bool = false
    ) throws(DeployError) -> Plan? {
        guard header.purpose != .abort else { return try aborted(header) }
        if let later = unfinished.laterRun {
            throw DeployError(
                .unfinishedRun, "run \(later) has changed what runs since run \(header.run); nothing was changed",
                hint: "put back what it left: `deploy abort`; or deploy anew")
        }
        let hosts = header.batches.joined().compactMap { inventory.host(named: $0) }
        let release = Release(
            id: header.release, contentDigest: header.contentDigest, source: "", fileCount: 0, totalBytes: 0,
            gitCommit: header.gitCommit)
        var plan: Plan
        if header.purpose == .rollout {
            var inventory = inventory
            inventory.steps[.build] = nil
            for phase in try finishedOnceSteps(header, skipsDoubtfulOnceStep) { inventory.steps[phase] = nil }
            plan = try Planner(inventory: inventory).plan(
                release: release, on: hosts, runsOnceSteps: header.runsOnceSteps)
            plan.passedIrreversibleStep = passedIrreversibleStep(header)
        } else {
            plan = try Planner(inventory: inventory).plan(header.purpose, release: release, on: hosts)
        }
        unfinished.bequeath(to: &plan)
        return plan
    }

    /// Goes on after the canary, which nobody has to watch or approve of again.
    package func approved(_ header: RunHeader) throws(DeployError) -> Plan? {
        var inventory = inventory
        inventory.rollout.canary = nil
        return try RecoveryPlan(inventory, unfinished).resumed(header)
    }

    /// Puts every host that is in the middle back to the release it had, and into service; `nil` where none is.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` where a host had no release before; `.unreachable` where hosts that it may
    ///   have left in the middle cannot be asked, and none that can be is.
    package func aborted(_ header: RunHeader) throws(DeployError) -> Plan? {
        guard !unfinished.hosts.isEmpty else {
            if unfinished.unread.isEmpty { return nil }
            let names = unfinished.unread.sorted().map { "`\($0)`" }.joined(separator: ", ")
            throw DeployError(
                .unreachable, "\(names) cannot be asked, and run \(header.run) may have left them in the middle",
                hint: "once they answer: `deploy abort`")
        }
        let without = unfinished.hosts.filter { unfinished.remainders[$0]?.previous == nil }
        guard without.isEmpty else {
            let names = without.map { "`\($0)`" }.joined(separator: ", ")
            throw DeployError(
                .invalidRelease, "there was no release on \(names) before, so there is nothing to go back to",
                hint: "go on instead: `deploy resume`")
        }
        let release = Release(
            id: header.release, contentDigest: header.contentDigest, source: "", fileCount: 0, totalBytes: 0,
            gitCommit: nil)
        var plan = try Planner(inventory: inventory).plan(
            .abort, release: release, on: unfinished.hosts.compactMap { inventory.host(named: $0) })
        unfinished.bequeath(to: &plan)
        return plan
    }

    /// Why the hosts in the middle must not go back: for the release that is live on one of them a step was run that cannot be
    /// undone. `nil` where none was.
    package func objectionToAbort(_ header: RunHeader, _ records: [HostRecord]) -> DeployError? {
        let step = records.lazy.compactMap { $0.release(header.release)?.irreversibleStep }.first
        let switched = records.filter { record in
            record.live?.id == header.release && unfinished.remainders[record.host] != nil
                && unfinished.remainders[record.host]?.previous != header.release
        }
        guard let step, !switched.isEmpty else { return nil }
        let names = switched.map { "`\($0.host)`" }.joined(separator: ", ")
        return DeployError(
            .irreversible,
            "\(names) would go back to the release before `\(header.release)`, for which `\(step)` was run, and that is "
                + "`irreversible`; nothing was changed",
            hint: "go on instead: `deploy resume`; `--force` goes back if the release before can work after it")
    }

    // MARK: Private

    /// A step of `once_before` that has been run, or begun, and cannot be undone.
    private func passedIrreversibleStep(_ header: RunHeader) -> String? {
        guard header.runsOnceSteps, unfinished.onceSteps[.onceBefore] != nil else { return nil }
        return inventory.steps[.onceBefore]?.firstIrreversible?.name
    }

    private func finishedOnceSteps(
        _ header: RunHeader, _ skipsDoubtful: Bool
    ) throws(DeployError) -> [StepPhase] {
        guard header.runsOnceSteps else { return unfinished.onceStepsDone }
        if !unfinished.unread.isEmpty, unfinished.onceSteps[.onceBefore] == nil,
            inventory.steps[.onceBefore]?.isEmpty == false
        {
            if skipsDoubtful { return unfinished.onceStepsDone + [.onceBefore] }
            let names = unfinished.unread.sorted().map { "`\($0)`" }.joined(separator: ", ")
            throw DeployError(
                .unfinishedRun, "\(names) cannot be asked, and may know that `once_before` ran; it runs at most once",
                hint: "once it answers: `deploy resume`; if it ran: `deploy resume --skip-once`")
        }
        guard let doubtful = unfinished.doubtfulOnceStep else { return unfinished.onceStepsDone }
        guard skipsDoubtful else {
            let ending = unfinished.onceSteps[doubtful] == .failed ? "failed" : "began, and nobody knows how it ended"
            throw DeployError(
                .unfinishedRun,
                "`\(doubtful.rawValue)` \(ending); it runs at most once, so a person has to look",
                hint: "if it ended well: `deploy resume --skip-once`; if not: `deploy abort`, and deploy anew")
        }
        return unfinished.onceStepsDone + [doubtful]
    }
}
