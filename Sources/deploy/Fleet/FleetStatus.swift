import DeployModel
import Rollout

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What one look showed of a service, over all the hosts asked for.
struct FleetStatus: Sendable {
    enum State: String {
        /// Every host runs the same and serves.
        case uniform
        /// All serve, and not with the same.
        case mixed
        /// Some host does not serve.
        case out
    }

    let service: String
    private(set) var hosts: [HostStatus]
    /// Who holds the lease now.
    let lease: LeaseReading?
    /// What the balancer's driver would warn of before a rollout.
    let balancerWarnings: [String]
    /// Why the balancer could not be read.
    let balancerError: DeployError?

    init(
        service: String, hosts: [HostStatus], balancerWarnings: [String] = [], balancerError: DeployError? = nil
    ) {
        self.service = service
        self.balancerWarnings = balancerWarnings
        self.balancerError = balancerError
        let records = hosts.compactMap { try? $0.record.get() }
        lease = records.compactMap(\.lease).filter(\.isAlive).max { $0.remaining < $1.remaining }
        let counts = Dictionary(grouping: hosts.compactMap(\.content), by: \.self).mapValues(\.count)
        let most = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
        self.hosts = hosts.map { host in
            var host = host
            host.notes = Self.notes(on: host, most: counts.count > 1 ? most : nil) + host.notes
            return host
        }
    }

    var state: State {
        if !hosts.allSatisfy(\.isServing) { return .out }
        let contents = Set(hosts.map(\.content))
        return contents.count == 1 && !contents.contains(nil) ? .uniform : .mixed
    }

    var exitCode: ExitCode {
        switch state {
        case .uniform: .success
        case .mixed: .finishedWithFailures
        case .out: .needsPerson
        }
    }

    // MARK: Private

    private static func notes(on host: HostStatus, most: String?) -> [String] {
        var notes: [String] = []
        switch host.record {
        case .failure(let error): notes.append(error.message)
        case .success(let record):
            if let mark = record.mark { notes.append(maintenance(mark)) }
            notes += deadMan(record)
            if record.live == nil { notes.append("no release yet") }
            switch record.liveRelease?.state {
            case .live, .ready, .uploading: notes.append("not proven yet")
            case .bad: notes.append("failed when it was made live")
            case .good: break
            case nil: if record.live != nil { notes.append("not made by `deploy`") }
            }
        }
        if let most, let content = host.content, content != most { notes.append("differs from the others") }
        if let health = host.health, !health.isHealthy { notes.append(health.detail) }
        if let bad = host.targets.first(where: { !$0.isInRotation }) { notes.append("the balancer says \(bad.phrase)") }
        return notes
    }

    /// What the host does, or has done, for itself. While a run holds the lease its switches are its business.
    private static func deadMan(_ record: HostRecord) -> [String] {
        if let report = record.runs.last(where: \.isOpen)?.deadMan {
            return ["dead-man switch: \(report.phrase); go on with `deploy resume` or `deploy abort`"]
        }
        guard let reading = record.deadMan, record.lease?.isAlive != true else { return [] }
        switch reading.state {
        case .armed(_, let remaining) where remaining > .zero:
            return ["acts for itself in \(ReadableDuration.text(remaining)), as run \(reading.run) has vanished"]
        case .armed, .firing: return ["acts for itself, as run \(reading.run) has vanished"]
        case .broken: return ["its dead-man switch is gone: `deploy resume` or `deploy abort`"]
        case .fired: return []
        }
    }

    private static func maintenance(_ mark: MaintenanceMark) -> String {
        let reason = mark.reason.map { ": \($0)" } ?? ""
        let word = mark.isOver(at: Date()) ? "should have ended" : "until"
        let until = mark.until.map { ", \(word) \($0.formatted(.iso8601))" } ?? ""
        return "in maintenance by \(mark.by)\(until)\(reason)"
    }
}
