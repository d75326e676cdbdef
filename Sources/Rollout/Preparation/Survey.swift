import DeployModel

/// What preflight found: the fleet as it was when the run began.
struct Survey: Sendable, Hashable {
    struct Finding: Sendable, Hashable {
        var host: Host
        /// `nil` in a run that asks no host.
        var facts: HostFacts?
        /// Empty where there is no balancer.
        var targets: [TargetID]
    }

    /// In the order of the plan, without the skipped hosts.
    var findings: [Finding] = []
    /// Hosts that could not be reached and are left alone.
    var skipped: [HostName: DeployError] = [:]
    /// `nil` where there is no balancer.
    var reading: PoolReading?
    /// What the driver can do, as it knows after looking.
    var capabilities: BalancerCapabilities?
    /// Targets that an earlier run of ours drained: they are not out for any other reason.
    var inherited: Set<TargetID> = []

    init(reading: PoolReading?, capabilities: BalancerCapabilities?) {
        self.reading = reading
        self.capabilities = capabilities
    }

    var pools: Set<PoolID> { Set(findings.flatMap(\.targets).map(\.pool)) }

    /// The zone of each target whose host is in one.
    var zones: [TargetID: String] {
        let placed = findings.flatMap { finding in
            finding.targets.compactMap { target in HostOrder.zone(of: finding.host).map { (target, $0) } }
        }
        return Dictionary(placed, uniquingKeysWith: { first, _ in first })
    }

    /// Pools in which the balancer gives traffic to targets whose health it does not know.
    var poolsWithoutOpinion: [PoolID] {
        let assumed = findings.flatMap(\.targets).filter { reading?.state(of: $0) == .assumedInService }
        return Set(assumed.map(\.pool)).sorted()
    }

    func finding(on host: HostName) -> Finding? {
        findings.first { $0.host.name == host }
    }

    func states(of finding: Finding) -> [TargetState] {
        reading?.states(of: finding.targets) ?? []
    }

    /// Every target receives traffic; true too where there is no balancer.
    func isInRotation(_ finding: Finding) -> Bool {
        states(of: finding).allSatisfy(\.isInRotation)
    }

    /// Somebody took every target out, or noted on the host that it is to stay out: the host is updated and not enabled.
    func isInMaintenance(_ finding: Finding) -> Bool {
        let states = states(of: finding)
        guard !states.isEmpty else { return false }
        if finding.facts?.mark != nil, !states.contains(where: \.isOpenToTraffic) { return true }
        guard !finding.targets.contains(where: inherited.contains) else { return false }
        return states.allSatisfy(\.isOut)
    }

    /// What stands against deploying to hosts with these targets, by host.
    ///
    /// A target that is draining is somebody's work in progress, one that is not there cannot be put back, and one that
    /// cannot be read cannot be judged. Unhealthy ones are no objection: a fix must be deployable to a sick fleet.
    func objections(by policy: RolloutPolicy) -> [HostName: DeployError] {
        var objections: [HostName: DeployError] = [:]
        for finding in findings {
            let isMarked = isInMaintenance(finding)
            for (target, state) in zip(finding.targets, states(of: finding)) {
                let isOurs = isMarked || inherited.contains(target)
                if isOurs, state == .absent { continue }
                if isOurs, case .draining = state { continue }
                let objection = Self.objection(to: target, in: state, by: policy)
                guard let error = objection ?? reading?.obstacle(toDraining: target) else { continue }
                objections[finding.host.name] = error.on(finding.host.name)
                break
            }
        }
        return objections
    }

    static func objection(
        to target: TargetID, in state: TargetState, by policy: RolloutPolicy
    ) -> DeployError? {
        switch state {
        case .inService, .assumedInService, .warming, .unhealthy, .out: nil
        case .absent where policy.registersHosts: nil
        case .draining:
            DeployError(
                .notInService, "`\(target)` is draining already: another run or a person is at work",
                hint: "wait for it to end, or put it back with `deploy enable`")
        case .absent:
            DeployError(
                .notRegistered, "`\(target)` is not registered in the balancer",
                hint: "`--register` puts it there once it runs the release")
        case .unknown(let reason):
            DeployError(.balancerFailed, "the balancer does not say how `\(target)` is: \(reason)")
        }
    }

    /// What stands against taking the hosts of each of these batches out together: the room that something beside the
    /// balancer leaves, which they share.
    func objection(byFloorsUnder batches: [[HostName]]) -> DeployError? {
        guard let reading else { return nil }
        for batch in batches {
            let leaving = batch.compactMap(finding(on:)).filter { !isInMaintenance($0) }
            let floors = leaving.flatMap { finding in
                Set(finding.targets.compactMap { reading.floor(under: $0)?.owner })
            }
            let counts = Dictionary(floors.map { ($0, 1) }, uniquingKeysWith: +)
            let known = leaving.flatMap(\.targets).compactMap(reading.floor(under:))
            for (owner, count) in counts.sorted(by: { $0.key < $1.key }) {
                let objections = known.filter { $0.owner == owner }.compactMap { $0.objection(toTaking: count) }
                if let objection = objections.first { return objection }
            }
        }
        return nil
    }

    /// What stands against the capacity rule as such: the pool that could not spare even one host of the selection, if
    /// everything selected were in service.
    func objection(by rule: CapacityRule, deploying hosts: [HostName]) -> CapacityShortage? {
        guard let reading else { return nil }
        let deployed = findings.filter { hosts.contains($0.host.name) && !isInMaintenance($0) }
        let mended = deployed.flatMap(\.targets).filter { !reading.state(of: $0).isInRotation }
        for finding in deployed where isInRotation(finding) {
            for pool in Set(finding.targets.map(\.pool)).sorted() {
                let others = reading.inService(in: pool, without: Set(finding.targets))
                let best = others + mended.count { $0.pool == pool }
                let required = rule.required[pool] ?? 0
                if best < required { return CapacityShortage(pool: pool, remaining: best, required: required) }
            }
        }
        return nil
    }
}

extension TargetState {
    var isOut: Bool {
        if case .out = self { true } else { false }
    }
}
