import DeployModel

/// Brings the release to every host and runs the `prepare` steps there, all hosts at once, each prepared as soon as its
/// own upload is complete. No traffic is moved. After a failure nothing new begins; what runs is waited for, so that
/// every host's failure is known.
struct Staging: Sendable, Hashable {
    private enum State: Sendable, Hashable {
        case uploading(Ticket, since: Duration)
        case preparing(Ticket, since: Duration)
        /// Uploaded, and a failure elsewhere keeps it from going on.
        case halted
        case ready
        case failed(HostStage, DeployError)
    }

    private let hosts: [HostName]
    private let release: ReleaseID
    private let previous: [HostName: ReleaseID]
    private let hasPrepareSteps: Bool
    private let unreachable: RolloutPolicy.Unreachable
    private var states: [HostName: State] = [:]

    init(
        _ findings: [Survey.Finding], release: Release, hasPrepareSteps: Bool,
        unreachable: RolloutPolicy.Unreachable, _ out: inout Outbox
    ) {
        hosts = findings.map(\.host.name)
        self.release = release.id
        self.hasPrepareSteps = hasPrepareSteps
        self.unreachable = unreachable
        previous = Dictionary(
            findings.compactMap { finding in finding.facts?.live.map { (finding.host.name, $0.id) } },
            uniquingKeysWith: { first, _ in first })
        for host in hosts {
            out.publish(.stageStarted(host: host, stage: .upload))
            states[host] = .uploading(out.call(.upload(host, release)), since: out.now)
        }
    }

    /// Every host is ready, or has failed, or waits for nothing.
    var hasEnded: Bool {
        states.values.allSatisfy {
            switch $0 {
            case .uploading, .preparing: false
            case .halted, .ready, .failed: true
            }
        }
    }

    /// The stage in which the first failure that stops the run happened.
    var failedStage: HostStage? {
        hosts.lazy.compactMap { host in
            guard case .failed(let stage, let error)? = states[host], !isSkipped(error) else { return nil }
            return stage
        }.first
    }

    var ready: [HostName] { hosts.filter { states[$0] == .ready } }

    /// What failed, by host; with the hosts that `unreachable: skip` leaves out.
    var errors: [HostName: DeployError] {
        states.compactMapValues {
            if case .failed(_, let error) = $0 { error } else { nil }
        }
    }

    mutating func take(_ answer: PortAnswer, for ticket: Ticket, _ out: inout Outbox) {
        guard let host = hosts.first(where: { ticketOf($0) == ticket }), let state = states[host] else { return }
        switch state {
        case .uploading(_, let since):
            guard case .uploaded(let result) = answer else {
                fail(answer.mismatch, on: host, in: .upload, &out)
                return
            }
            out.publish(.uploaded(host: host, result: result))
            out.publish(.stageFinished(host: host, stage: .upload, detail: nil, duration: out.now - since))
            prepare(host, &out)
        case .preparing(_, let since):
            if let error = answer.error {
                fail(error, on: host, in: .prepare, &out)
                return
            }
            out.publish(.stageFinished(host: host, stage: .prepare, detail: nil, duration: out.now - since))
            states[host] = .ready
        case .halted, .ready, .failed:
            return
        }
    }

    // MARK: Private

    private mutating func prepare(_ host: HostName, _ out: inout Outbox) {
        if failedStage != nil {
            states[host] = .halted
        } else if hasPrepareSteps {
            out.publish(.stageStarted(host: host, stage: .prepare))
            states[host] = .preparing(
                out.call(.runSteps(host, .prepare, release: release, previous: previous[host])), since: out.now)
        } else {
            states[host] = .ready
        }
    }

    private mutating func fail(_ cause: DeployError, on host: HostName, in stage: HostStage, _ out: inout Outbox) {
        let error = cause.on(host)
        states[host] = .failed(stage, error)
        out.publish(.hostFailed(host: host, stage: stage, error: error))
    }

    private func isSkipped(_ error: DeployError) -> Bool {
        unreachable == .skip && error.isAboutReaching
    }

    private func ticketOf(_ host: HostName) -> Ticket? {
        switch states[host] {
        case .uploading(let ticket, _), .preparing(let ticket, _): ticket
        case .halted, .ready, .failed, nil: nil
        }
    }
}
