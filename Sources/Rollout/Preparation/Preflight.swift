import DeployModel

/// Looks at every host and at the balancer before anything is changed: reach the hosts, find their targets, read the
/// pools once. All hosts are asked at once, and every failure is known before the verdict.
struct Preflight: Sendable, Hashable {
    /// How often a snapshot is tried, and the pause between two.
    private static let readingAttempts = 3
    private static let readingPause: Duration = .seconds(1)

    /// One question to one port.
    private enum Inquiry<Value: Sendable & Hashable>: Sendable, Hashable {
        case asked(Ticket)
        case answered(Value)
        case failed(DeployError)

        var isOpen: Bool {
            if case .asked = self { true } else { false }
        }

        var value: Value? {
            if case .answered(let value) = self { value } else { nil }
        }

        var error: DeployError? {
            if case .failed(let error) = self { error } else { nil }
        }
    }

    private enum Stage: Sendable, Hashable {
        case gathering
        case reading(Ticket, attempt: Int)
        case pausing(Ticket, attempt: Int)
        case ended(Verdict)
    }

    enum Verdict: Sendable, Hashable {
        case passed(Survey)
        /// What failed on single hosts, and what belongs to none.
        case refused([HostName: DeployError], DeployError?)
    }

    private let hosts: [Host]
    private let unreachable: RolloutPolicy.Unreachable
    private var inspections: [HostName: Inquiry<HostFacts>] = [:]
    private var resolutions: [HostName: Inquiry<[TargetID]>] = [:]
    private var balancerCheck: Inquiry<BalancerCapabilities>?
    private var stage: Stage = .gathering

    /// Begins to ask.
    ///
    /// - Parameter release: what the hosts are to take; `nil` asks no host, only the balancer.
    init(hosts: [Host], release: Release?, hasBalancer: Bool, policy: RolloutPolicy, _ out: inout Outbox) {
        self.hosts = hosts
        unreachable = policy.unreachable
        if hasBalancer { balancerCheck = .asked(out.call(.checkBalancer)) }
        guard let release else { return }
        for host in hosts {
            out.publish(.stageStarted(host: host.name, stage: .preflight))
            inspections[host.name] = .asked(out.call(.inspect(host.name, release)))
        }
    }

    var verdict: Verdict? {
        if case .ended(let verdict) = stage { verdict } else { nil }
    }

    mutating func take(_ answer: PortAnswer, for ticket: Ticket, _ out: inout Outbox) {
        switch stage {
        case .gathering:
            gather(answer, for: ticket, &out)
            endGathering(&out)
        case .reading(ticket, let attempt):
            readingArrived(answer, attempt: attempt, &out)
        case .reading, .pausing, .ended:
            return
        }
    }

    mutating func timerFired(_ ticket: Ticket, _ out: inout Outbox) {
        guard case .pausing(ticket, let attempt) = stage else { return }
        read(attempt: attempt, &out)
    }

    // MARK: Private

    private mutating func gather(_ answer: PortAnswer, for ticket: Ticket, _ out: inout Outbox) {
        if balancerCheck == .asked(ticket) {
            guard case .balancerChecked(let warnings, let capabilities) = answer else {
                balancerCheck = .failed(answer.mismatch)
                return
            }
            for warning in warnings { out.publish(.warning(host: nil, message: warning)) }
            balancerCheck = .answered(capabilities)
            // Only now does the driver know whom it can ask.
            for host in hosts { resolutions[host.name] = .asked(out.call(.resolveTargets(host.name))) }
        } else if let host = hosts.first(where: { inspections[$0.name] == .asked(ticket) })?.name {
            guard case .inspected(let facts) = answer else {
                inspections[host] = .failed(answer.mismatch)
                return
            }
            for warning in facts.warnings { out.publish(.warning(host: host, message: warning)) }
            inspections[host] = .answered(facts)
        } else if let host = hosts.first(where: { resolutions[$0.name] == .asked(ticket) })?.name {
            if case .targets(let targets) = answer, !targets.isEmpty {
                resolutions[host] = .answered(targets)
            } else if case .targets = answer {
                resolutions[host] = .failed(
                    DeployError(.notRegistered, host: host, "the balancer knows no target for this host"))
            } else {
                resolutions[host] = .failed(answer.mismatch)
            }
        }
    }

    private mutating func endGathering(_ out: inout Outbox) {
        guard balancerCheck?.isOpen != true, !inspections.values.contains(where: \.isOpen),
            !resolutions.values.contains(where: \.isOpen)
        else { return }

        var errors: [HostName: DeployError] = [:]
        for host in hosts.map(\.name) where !isSkipped(host) {
            errors[host] = (inspections[host]?.error ?? resolutions[host]?.error)?.on(host)
        }
        guard errors.isEmpty, balancerCheck?.error == nil else {
            stage = .ended(.refused(errors, balancerCheck?.error))
            return
        }
        guard hosts.contains(where: { !isSkipped($0.name) }) else {
            let skipped = hosts.compactMap { host in
                inspections[host.name]?.error.map { (host.name, $0.on(host.name)) }
            }
            stage = .ended(
                .refused(
                    Dictionary(skipped, uniquingKeysWith: { first, _ in first }),
                    DeployError(.unreachable, "no selected host could be reached")))
            return
        }
        guard balancerCheck != nil else {
            stage = .ended(.passed(survey(with: nil)))
            return
        }
        read(attempt: 1, &out)
    }

    private mutating func read(attempt: Int, _ out: inout Outbox) {
        let pools = Set(resolutions.values.flatMap { $0.value ?? [] }.map(\.pool))
        stage = .reading(out.call(.takeSnapshot(pools)), attempt: attempt)
    }

    private mutating func readingArrived(_ answer: PortAnswer, attempt: Int, _ out: inout Outbox) {
        let reading: PoolReading
        if case .snapshot(let targets) = answer {
            reading = PoolReading(targets)
        } else {
            reading = PoolReading(unreadable: answer.mismatch)
        }
        let survey = survey(with: reading)
        let isComplete = survey.findings.allSatisfy { !reading.states(of: $0.targets).contains(where: \.isUnknown) }
        if !isComplete, attempt < Self.readingAttempts {
            stage = .pausing(out.startTimer(after: Self.readingPause), attempt: attempt + 1)
        } else if let error = reading.error {
            stage = .ended(.refused([:], error))
        } else {
            stage = .ended(.passed(survey))
        }
    }

    private func survey(with reading: PoolReading?) -> Survey {
        var survey = Survey(reading: reading, capabilities: balancerCheck?.value)
        for host in hosts {
            if isSkipped(host.name), let error = inspections[host.name]?.error {
                survey.skipped[host.name] = error.on(host.name)
            } else {
                survey.findings.append(
                    Survey.Finding(
                        host: host, facts: inspections[host.name]?.value,
                        targets: resolutions[host.name]?.value ?? []))
            }
        }
        return survey
    }

    private func isSkipped(_ host: HostName) -> Bool {
        guard unreachable == .skip, let error = inspections[host]?.error else { return false }
        return error.isAboutReaching
    }
}

extension DeployError {
    /// The error with the host it belongs to.
    func on(_ host: HostName) -> DeployError {
        var error = self
        error.host = error.host ?? host
        return error
    }

    /// The host could not be reached, or was lost: `unreachable: skip` may leave it out.
    var isAboutReaching: Bool { code == .unreachable || code == .connectionLost }
}
