import DeployModel
import Execution
import Reporting
import Rollout

/// What would keep a rollout from starting, or make it fail: everything is asked, and nothing is changed.
struct FleetCheck: Sendable {
    enum Grade: String, Sendable {
        case good, warning, problem
    }

    struct Finding: Sendable {
        /// `nil` for what is not about one host.
        var host: HostName?
        /// `ssh`, `disk`, `clock`: the first word of the line.
        var subject: String
        var grade: Grade
        var text: String
        var hint: String?
    }

    /// Clocks that differ by more than this confuse people who read logs, and AWS.
    static let tolerableClockOffset: Duration = .seconds(5)

    private(set) var findings: [Finding] = []
    /// Nothing is known of releases, the balancer and health.
    var looksAtHostsOnly = false

    init() {}

    /// - Parameters:
    ///   - facts: what preflight says of each host.
    ///   - local: what this machine lacks.
    ///   - rsync: the version of this machine's.
    init(
        _ status: FleetStatus, facts: [HostName: Result<HostFacts, DeployError>], local: DeployError?,
        rsync: Result<String, DeployError>, hasHealthCheck: Bool
    ) {
        if let local {
            add(nil, "here", .problem, local.message, local.hint)
        } else {
            add(nil, "here", .good, "the release's source and the scripts are there")
        }
        switch rsync {
        case .success(let version): add(nil, "rsync", .good, "\(version) on this machine")
        case .failure(let error): add(nil, "rsync", .problem, error.message, error.hint)
        }
        if let error = status.balancerError { add(nil, "balancer", .problem, error.message, error.hint) }
        for warning in status.balancerWarnings { add(nil, "balancer", .warning, warning) }
        for host in status.hosts {
            addFacts(facts[host.host], host)
            guard case .success(let record) = host.record else { continue }
            addClock(record.host, record.clockOffset)
            addRotation(host, status)
            if let health = host.health {
                add(host.host, "health", health.isHealthy ? .good : .warning, health.detail)
            } else if !hasHealthCheck {
                add(host.host, "health", .warning, "there is no health check: what has started counts as healthy")
            }
            if let mark = record.mark {
                add(
                    host.host, "marks", .warning, "in maintenance by \(mark.by)" + (mark.reason.map { ": \($0)" } ?? "")
                )
            }
        }
        if let lease = status.lease {
            add(nil, "lease", .warning, LeaseText.sentence(lease))
        } else {
            add(nil, "lease", .good, "nobody holds it")
        }
        let unfinished = UnfinishedRuns(status.hosts.compactMap { try? $0.record.get() })
        if let run = unfinished.ids.last, status.lease == nil {
            add(
                nil, "runs", .warning, "run \(run) has not come to an end", "go on: `deploy resume`; or: `deploy abort`"
            )
        }
    }

    var hasProblem: Bool { findings.contains { $0.grade == .problem } }

    mutating func add(
        _ host: HostName?, _ subject: String, _ grade: Grade, _ text: String, _ hint: String? = nil
    ) {
        findings.append(Finding(host: host, subject: subject, grade: grade, text: text, hint: hint))
    }

    mutating func addClock(_ host: HostName, _ offset: Duration) {
        let isTolerable = offset.magnitudeSeconds <= Self.tolerableClockOffset.magnitudeSeconds
        let text = "\(offset.magnitudeSeconds) s \(offset < .zero ? "behind" : "ahead of") this machine"
        add(
            host, "clock", isTolerable ? .good : .warning, isTolerable ? "agrees with this machine" : text,
            isTolerable ? nil : "let NTP set it")
    }

    // MARK: Private

    private mutating func addFacts(_ result: Result<HostFacts, DeployError>?, _ host: HostStatus) {
        switch result {
        case .success(let facts):
            add(host.host, "ssh", .good, "logs in as \(facts.loginUser)")
            add(host.host, "rsync", .good, facts.rsyncVersion)
            let free = facts.freeBytes.map { "\(ByteText.text($0)) free" } ?? "free space unknown"
            add(host.host, "disk", .good, free)
            for warning in facts.warnings { add(host.host, "files", .warning, warning) }
        case .failure(let error):
            let isReached = ![.unreachable, .connectionLost, .hostKeyUnknown, .hostKeyChanged, .authenticationFailed]
                .contains(error.code)
            add(host.host, isReached ? "preflight" : "ssh", .problem, error.message, error.hint)
        case nil: break
        }
    }

    private mutating func addRotation(_ host: HostStatus, _ status: FleetStatus) {
        switch host.rotation {
        case .inRotation: add(host.host, "balancer", .good, "in rotation")
        case .none: break
        case .outOfRotation, .unknown:
            let state = host.targets.first { !$0.isInRotation }?.phrase ?? "unknown"
            let isMissing = host.targets.contains(.absent)
            // Where the balancer as a whole cannot be read, that has been said once.
            if status.balancerError == nil {
                add(host.host, "balancer", isMissing ? .problem : .warning, "the balancer says \(state)")
            }
        }
    }
}

extension Duration {
    /// Whole seconds, without the sign.
    fileprivate var magnitudeSeconds: Int64 { Int64(components.seconds.magnitude) }
}
