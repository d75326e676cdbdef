import DeployModel

/// From the first question to the last `prepare` step: no traffic is moved.
extension RolloutStateMachine {
    mutating func preflightEnded(_ verdict: Preflight.Verdict, _ out: inout Outbox) {
        switch verdict {
        case .refused(let errors, let reason):
            refuse(errors, reason, &out)
        case .passed(var survey):
            survey.inherited = Set(plan.inherited.values.joined().map(\.target))
            self.survey = survey
            latestReading = survey.reading.map { LatestReading(pools: $0, ticket: out.lastTicket) }
            earlyErrors = survey.skipped
            if let capabilities = survey.capabilities { timings = BalancerTimings(plan.balancer, capabilities) }
            if let objection = timings?.objection {
                refuse([:], objection, &out)
                return
            }
            let objections = survey.objections(by: plan.policy)
                .merging(missingReleases(survey)) { first, _ in first }
            guard objections.isEmpty else {
                refuse(objections, nil, &out)
                return
            }
            if let reading = survey.reading, let timings {
                readings = ReadingSchedule(pools: survey.pools, interval: timings.pollInterval)
                capacity = CapacityRule(
                    survey: reading, pools: survey.pools, policy: plan.policy, batchSize: greatestBatch,
                    zones: survey.zones)
            }
            for (host, error) in survey.skipped.sorted(by: { $0.key < $1.key }) {
                out.publish(.warning(host: host, message: "is left out: \(error.message)"))
            }
            for pool in survey.poolsWithoutOpinion {
                out.publish(
                    .warning(
                        host: nil,
                        message:
                            "`\(pool)` has targets without a health check: the balancer only assumes that they serve"))
            }
            probeDeployed(survey, &out)
        }
    }

    mutating func probeEnded(
        _ answer: PortAnswer, for ticket: Ticket, among tickets: [HostName: Ticket], _ out: inout Outbox
    ) {
        guard let host = tickets.first(where: { $0.value == ticket })?.key else { return }
        if case .observed(let observation) = answer {
            out.publish(.probed(host: host, observation: observation))
            if observation.isHealthy { upToDate.insert(host) }
        }
        var remaining = tickets
        remaining[host] = nil
        phase = .probing(remaining)
    }

    mutating func beginStaging(_ out: inout Outbox) {
        guard let survey else { return }
        for finding in survey.findings { publishInspection(of: finding, in: survey, &out) }
        let findings = survey.findings.filter { !upToDate.contains($0.host.name) }
        if let capacity, let shortage = survey.objection(by: capacity, deploying: findings.map(\.host.name)) {
            refuse([:], shortage.error, &out)
            return
        }
        let batches = batches(of: Set(findings.map(\.host.name)), canary: plan.canary?.hosts ?? [])
        if let objection = survey.objection(byFloorsUnder: batches) {
            refuse([:], objection, &out)
            return
        }
        guard !findings.isEmpty else {
            finish(&out)
            return
        }
        announceDrainTime(&out)
        passBeforeRollout(&out)
    }

    /// To the uploads, or to the batches at once where the hosts hold what they need.
    mutating func beginWork(_ out: inout Outbox) {
        guard let survey else { return }
        let findings = survey.findings.filter { !upToDate.contains($0.host.name) }
        if plan.purpose == .restart || plan.purpose == .abort {
            formBatches(of: findings.map(\.host.name), &out)
            beginBatch(0, &out)
            return
        }
        phase = .staging(
            Staging(
                findings, release: plan.release, hasPrepareSteps: hasSteps(in: .prepare),
                unreachable: plan.policy.unreachable, &out))
    }

    mutating func stagingEnded(_ staging: Staging, _ out: inout Outbox) {
        earlyErrors.merge(staging.errors) { _, later in later }
        if let stage = staging.failedStage {
            failedStage = stage
            finish(&out)
            return
        }
        guard !staging.ready.isEmpty else {
            failedStage = .upload
            reason = DeployError(.unreachable, "no selected host could be reached any more")
            finish(&out)
            return
        }
        formBatches(of: staging.ready, &out)
        if isAwaitingApproval {
            awaitApproval(&out)
        } else {
            beginMoving(staging.ready, &out)
        }
    }

    /// The step before the first traffic is moved, then the batches.
    mutating func beginMoving(_ ready: [HostName], _ out: inout Outbox) {
        guard plan.runsOnceSteps, hasSteps(in: .onceBefore) else {
            beginBatch(0, &out)
            return
        }
        guard let host = onceHost(for: .onceBefore, among: ready) else {
            failedStage = .onceBefore
            reason = noHost(for: .onceBefore)
            finish(&out)
            return
        }
        out.publish(.stageStarted(host: host, stage: .onceBefore))
        phase = .runningOnceBefore(runOnce(.onceBefore, on: host, &out), host)
    }

    /// The first host that the steps of a phase may run on: one of those that were just brought to the release, or else one
    /// that had it before.
    func onceHost(for phase: StepPhase, among hosts: [HostName]) -> HostName? {
        guard let allowed = plan.onceHosts[phase] else { return hosts.first }
        return (hosts + plan.hosts.map(\.name).filter(upToDate.contains)).first(where: allowed.contains)
    }

    func runOnce(_ phase: StepPhase, on host: HostName, _ out: inout Outbox) -> Ticket {
        let live = liveRelease(on: host)?.id
        let release = upToDate.contains(host) ? live ?? plan.release.id : plan.release.id
        return out.call(.runSteps(host, phase, release: release, previous: live))
    }

    func noHost(for phase: StepPhase) -> DeployError {
        DeployError(
            .invalidConfiguration, "no host that the steps of `\(phase.rawValue)` are meant for takes part in this run",
            hint: "their `hosts` has to name one that is deployed to, and `--limit` has to leave it")
    }

    mutating func onceBeforeEnded(_ error: DeployError?, on host: HostName, _ out: inout Outbox) {
        if let error = error?.on(host) {
            out.publish(.hostFailed(host: host, stage: .onceBefore, error: error))
            earlyErrors[host] = error
            failedStage = .onceBefore
            finish(&out)
        } else if stopReason != nil {
            finish(&out)
        } else {
            beginBatch(0, &out)
        }
    }

    /// Ends the run before anything was changed.
    mutating func refuse(_ errors: [HostName: DeployError], _ cause: DeployError?, _ out: inout Outbox) {
        for (host, error) in errors.sorted(by: { $0.key < $1.key }) {
            out.publish(.hostFailed(host: host, stage: .preflight, error: error))
        }
        earlyErrors.merge(errors) { _, later in later }
        reason = cause
        failedStage = .preflight
        finish(&out)
    }

    func liveRelease(on host: HostName) -> LiveRelease? {
        survey?.finding(on: host)?.facts?.live
    }

    // MARK: Private

    /// The most hosts that the plan takes out of rotation together.
    private var greatestBatch: Int {
        plan.batches.map(\.hosts.count).max() ?? 1
    }

    /// What a host's turn makes live there.
    func release(for host: HostName) -> ReleaseID {
        switch plan.purpose {
        case .rollout, .rollback: plan.release.id
        case .restart: liveRelease(on: host)?.id ?? plan.release.id
        case .abort: plan.restored[host] ?? liveRelease(on: host)?.id ?? plan.release.id
        }
    }

    /// What cannot be started anew, because nothing is live there.
    private func missingReleases(_ survey: Survey) -> [HostName: DeployError] {
        guard plan.purpose == .restart || plan.purpose == .abort else { return [:] }
        let empty = survey.findings.filter { $0.facts?.live == nil }.map(\.host.name)
        return Dictionary(
            empty.map { ($0, DeployError(.invalidRelease, host: $0, "there is no release to restart")) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Nothing has to be done where this is live, good and serving.
    private func isDeployed(_ live: LiveRelease, on host: HostName) -> Bool {
        switch plan.purpose {
        case .rollout: live.contentDigest == plan.release.contentDigest
        // A release that another tool made has no digest.
        case .rollback: live.id == plan.release.id
        case .restart: false
        case .abort: live.id == release(for: host)
        }
    }

    /// Hosts that hold the release, good and in rotation, are asked once whether they are healthy.
    private mutating func probeDeployed(_ survey: Survey, _ out: inout Outbox) {
        var tickets: [HostName: Ticket] = [:]
        for finding in survey.findings where survey.isInRotation(finding) {
            // Where an earlier run was about to change what runs, a link tells nothing of it.
            guard let live = finding.facts?.live, live.isGood, isDeployed(live, on: finding.host.name),
                !plan.unproven.contains(finding.host.name)
            else { continue }
            if plan.health == nil {
                upToDate.insert(finding.host.name)
            } else {
                tickets[finding.host.name] = out.call(.probe(finding.host.name, release: live.id))
            }
        }
        phase = .probing(tickets)
    }

    private func publishInspection(of finding: Survey.Finding, in survey: Survey, _ out: inout Outbox) {
        let host = finding.host.name
        let note: String?
        if upToDate.contains(host) {
            note = "already deployed"
        } else if survey.isInMaintenance(finding) {
            note = Self.maintenanceNote(finding.facts?.mark)
        } else if let bad = survey.states(of: finding).first(where: { !$0.isInRotation }) {
            note = "\(bad.phrase): goes first"
        } else {
            note = nil
        }
        out.publish(.stageFinished(host: host, stage: .preflight, detail: nil, duration: out.now - startedAt))
        out.publish(
            .hostInspected(
                host: host, live: finding.facts?.live?.id, rotation: rotation(of: host), note: note))
    }

    private static func maintenanceNote(_ mark: MaintenanceMark?) -> String {
        let why = mark.map { mark in "in maintenance by \(mark.by)" + (mark.reason.map { " (\($0))" } ?? "") }
        return "\(why ?? "out of rotation before the run"): will be updated, not enabled"
    }
}
