import DeployModel

/// The canary: a first batch that is watched before any other host is touched.
extension RolloutStateMachine {
    /// Forms the batches from the hosts that are ready: repairs where the order says so, the canary first; the sizes stay
    /// those of the plan.
    mutating func formBatches(of ready: [HostName], _ out: inout Outbox) {
        chooseCanary(among: ordered(Set(ready)), &out)
        batches = batches(of: Set(ready), canary: canaryHosts)
    }

    /// The batches that these hosts form, those of the canary first.
    func batches(of hosts: Set<HostName>, canary: Set<HostName>) -> [[HostName]] {
        let first = plan.hosts.map(\.name).filter { hosts.contains($0) && canary.contains($0) }
        let counts = plan.batches.map(\.hosts.count)
        return (first.isEmpty ? [] : [first])
            + BatchSizing.batches(
                of: ordered(hosts.subtracting(first)),
                counts: Array(plan.canary == nil ? counts[...] : counts.dropFirst()))
    }

    /// The canary's batch is over, and none of it has failed.
    mutating func canaryServes(_ out: inout Outbox) {
        guard let canary = plan.canary else { return }
        let baking = batches[0].compactMap { host -> (HostName, [TargetID], ReleaseID)? in
            guard let turn = turns[host], turn.failure == nil, !turn.isLeftInMaintenance,
                let release = turn.assignment.deployment?.release
            else { return nil }
            return (host, turn.assignment.targets, release)
        }
        guard canary.bake > .zero, !baking.isEmpty else {
            canaryStands(&out)
            return
        }
        phase = .baking(Bake(baking, for: canary.bake, health: plan.health, &out))
    }

    /// Draws the consequence of what a look at the canary showed.
    mutating func follow(_ verdict: Bake.Verdict, of bake: Bake, _ out: inout Outbox) {
        phase = .baking(bake)
        switch verdict {
        case .watching:
            return
        case .passed:
            for host in bake.hosts {
                out.publish(
                    .stageFinished(host: host, stage: .bake, detail: nil, duration: out.now - bake.startedAt))
            }
            canaryStands(&out)
        case .failed(let errors):
            for (host, error) in errors.sorted(by: { $0.key < $1.key }) {
                out.publish(.hostFailed(host: host, stage: .bake, error: error))
                if countedFailures.insert(host).inserted { budget.recordFailure() }
            }
            bakeFailures = errors
            stop(.canaryFailed, &out)
        }
    }

    // MARK: Approval

    /// A canary that an earlier run brought to the release stands here: nobody has approved of it yet.
    var isAwaitingApproval: Bool {
        guard let canary = plan.canary, canary.next != .continue else { return false }
        return canaryHosts.isEmpty && !canary.hosts.isDisjoint(with: upToDate)
    }

    /// Asks a person whether the others may follow, or ends the run where nobody can be asked.
    mutating func awaitApproval(_ out: inout Outbox) {
        let canary = plan.hosts.map(\.name).filter {
            plan.canary?.hosts.contains($0) == true || canaryHosts.contains($0)
        }
        out.publish(.approvalAwaited(canary: canary))
        if plan.canary?.next == .ask {
            phase = .awaitingApproval(out.call(.askApproval(canary)))
        } else {
            endPaused()
        }
    }

    mutating func approvalEnded(_ answer: PortAnswer, _ out: inout Outbox) {
        guard answer == .approved(true) else {
            endPaused()
            return
        }
        out.publish(.approvalGiven())
        if canaryHosts.isEmpty {
            beginMoving(order, &out)
        } else {
            goOn(after: 0, pausing: false, &out)
        }
    }

    /// The run ends here; what has the release keeps it.
    mutating func endPaused() {
        isPaused = true
        phase = .endingTurns
    }

    // MARK: Private

    /// Hosts in the order of their turns: first of all those that an earlier run left out, since whoever went before them
    /// would be out together with them.
    private func ordered(_ names: Set<HostName>) -> [HostName] {
        guard let survey else { return [] }
        let sick = Set(survey.findings.filter { !survey.isInRotation($0) }.map(\.host.name))
        let hosts = plan.hosts.filter { names.contains($0.name) }
        let sorted = HostOrder(words: plan.policy.order).sorted(hosts, sick: sick).map(\.name)
        return sorted.filter(isInMiddle) + sorted.filter { !isInMiddle($0) }
    }

    /// An earlier run left it in the middle.
    func isInMiddle(_ host: HostName) -> Bool {
        plan.inherited[host] != nil || plan.unproven.contains(host)
    }

    /// The declared canary, as far as it takes the release in this run. One that runs it already, and serves, stands; where
    /// none of it can be had, the first host takes its place. Hosts that an earlier run left out are tried before it: they
    /// are out anyway.
    private mutating func chooseCanary(among order: [HostName], _ out: inout Outbox) {
        guard let canary = plan.canary else { return }
        canaryHosts = canary.hosts.intersection(order)
        let middle = order.filter(isInMiddle)
        if !middle.isEmpty, !canaryHosts.isSuperset(of: middle), canary.hosts.isDisjoint(with: upToDate) {
            for host in middle {
                out.publish(.warning(host: host, message: "is the canary: an earlier run left it out of rotation"))
            }
            canaryHosts = Set(middle)
        }
        guard canaryHosts.isEmpty else { return }
        if canary.hosts.isDisjoint(with: upToDate) {
            guard let first = order.first else { return }
            out.publish(.warning(host: first, message: "is the canary: none of the declared ones can be had"))
            canaryHosts = [first]
        }
    }

    private mutating func canaryStands(_ out: inout Outbox) {
        isCanaryInDoubt = false
        guard batches.count > 1 else {
            phase = .endingTurns
            return
        }
        switch plan.canary?.next {
        case .ask, .end: awaitApproval(&out)
        // A canary that was watched has been waited for already.
        case .continue, nil: goOn(after: 0, pausing: plan.canary?.bake == .zero, &out)
        }
    }
}
