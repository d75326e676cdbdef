import DeployModel
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension FleetStatus {
    var lines: [StyledLine] {
        var table = TextTable(header: ["host", "release", "state", "in rotation", "health", "notes"])
        for host in hosts {
            let record = try? host.record.get()
            table.append([
                TextTable.Cell(host.host.text, .strong), TextTable.Cell(host.live?.id.text ?? "-"),
                state(record), rotation(host), health(host), TextTable.Cell(host.notes.joined(separator: "; ")),
            ])
        }
        return table.lines + [StyledLine(), summary] + runLines
    }

    var json: JSONValue {
        .object([
            "service": .string(service), "state": .string(state.rawValue),
            "hosts": .array(hosts.map(Self.json)),
            "lease": lease.map(Self.json),
            "balancer_error": balancerError.map { .string($0.message) },
        ])
    }

    // MARK: Private

    private var summary: StyledLine {
        switch state {
        case .uniform:
            let release = hosts.first?.live.map { "release \($0.id)" } ?? "nothing"
            return StyledLine("\(count) \(hosts.count == 1 ? "runs" : "run") \(release) and serve", .good)
        case .mixed: return StyledLine("\(count) serve, with different releases", .attention)
        case .out:
            let out = hosts.filter { !$0.isServing }.map(\.host)
            return StyledLine("not in service: \(HostNameFolding.folded(out))", .bad)
        }
    }

    private var count: String { hosts.count == 1 ? "1 host" : "\(hosts.count) hosts" }

    private var runLines: [StyledLine] {
        var lines: [StyledLine] = []
        if let balancerError { lines.append(StyledLine("balancer: \(balancerError.message)", .bad)) }
        if let lease {
            let who = lease.holder.map { "run \($0.run) of \($0.who) (\($0.phase))" } ?? "a run that cannot be read"
            let link = lease.holder?.link.map { ", \($0)" } ?? ""
            lines.append(StyledLine("lease: held by \(who)\(link)", .attention))
        }
        return lines
    }

    private func state(_ record: HostRecord?) -> TextTable.Cell {
        guard let record, record.live != nil else { return TextTable.Cell("-", .faint) }
        switch record.liveRelease?.state {
        case .good: return TextTable.Cell("good", .good)
        case .bad: return TextTable.Cell("bad", .bad)
        case let state?: return TextTable.Cell(state.rawValue, .attention)
        case nil: return TextTable.Cell("foreign", .attention)
        }
    }

    private func rotation(_ host: HostStatus) -> TextTable.Cell {
        switch host.rotation {
        case .inRotation: TextTable.Cell("yes", .good)
        case .outOfRotation: TextTable.Cell("no", .bad)
        case .unknown: TextTable.Cell("unknown", .attention)
        case .none: TextTable.Cell("-", .faint)
        }
    }

    private func health(_ host: HostStatus) -> TextTable.Cell {
        guard let health = host.health else { return TextTable.Cell("-", .faint) }
        return health.isHealthy ? TextTable.Cell("healthy", .good) : TextTable.Cell("unhealthy", .bad)
    }

    private static func json(_ host: HostStatus) -> JSONValue {
        let record = try? host.record.get()
        var error: String?
        if case .failure(let failure) = host.record { error = failure.code.rawValue }
        return .object([
            "host": .string(host.host.text), "release": host.live.map { .string($0.id.text) },
            "release_state": record?.liveRelease.map { .string($0.state.rawValue) },
            "content_digest": host.live?.contentDigest.map(JSONValue.string),
            "rotation": .string(host.rotation.rawValue), "is_healthy": host.health.map { .bool($0.isHealthy) },
            "is_serving": .bool(host.isServing), "notes": .array(host.notes.map(JSONValue.string)),
            "maintenance": record?.mark.map(json),
            "dead_man": record?.runs.last(where: \.isOpen)?.deadMan.map(json), "error": error.map(JSONValue.string),
        ])
    }

    private static func json(_ mark: MaintenanceMark) -> JSONValue {
        .object([
            "reason": mark.reason.map(JSONValue.string), "by": .string(mark.by),
            "since": .string(mark.since.formatted(.iso8601)),
            "until": mark.until.map { .string($0.formatted(.iso8601)) },
        ])
    }

    private static func json(_ report: DeadManReport) -> JSONValue {
        .object([
            "run": .string(report.run), "at": .string(report.time.formatted(.iso8601)),
            "state": .string(report.state.rawValue), "restored": report.restored.map { .string($0.text) },
            "has_rejoined": report.hasRejoined.map(JSONValue.bool),
        ])
    }

    static func json(_ lease: LeaseReading) -> JSONValue {
        .object([
            "run": lease.holder.map { .string($0.run) }, "who": lease.holder.map { .string($0.who) },
            "link": lease.holder?.link.map(JSONValue.string), "phase": lease.holder.map { .string($0.phase) },
            "since": lease.holder.map { .string($0.since.formatted(.iso8601)) },
            "expires_in_seconds": .integer(lease.remaining.components.seconds),
        ])
    }
}
