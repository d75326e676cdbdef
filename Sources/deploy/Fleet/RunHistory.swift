import DeployModel
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The runs that the hosts remember, newest first.
struct RunHistory {
    struct Row {
        var run: String
        var begun: Date?
        var header: RunHeader?
        var ending: RunOutcome.FleetState?
        var isPaused = false
        var successor: String?
        var hosts: [HostName]
        /// Those that acted for themselves, as they had not heard of the run any more.
        var deadMen: [HostName] = []
    }

    let rows: [Row]

    init(_ records: [HostRecord], limit: Int) {
        var rows: [String: Row] = [:]
        for record in records.sorted(by: { $0.host < $1.host }) {
            for trace in record.runs {
                var row = rows[trace.run] ?? Row(run: trace.run, hosts: [])
                row.begun = [row.begun, trace.begun].compactMap(\.self).min()
                row.header = row.header ?? trace.header
                row.ending = row.ending ?? trace.ending?.state
                row.isPaused = row.isPaused || trace.isPaused
                row.successor = row.successor ?? trace.successor
                row.hosts.append(record.host)
                if trace.deadMan != nil { row.deadMen.append(record.host) }
                rows[trace.run] = row
            }
        }
        self.rows = Array(rows.values.sorted { $0.run > $1.run }.prefix(limit))
    }

    var lines: [StyledLine] {
        guard !rows.isEmpty else { return [StyledLine("the hosts remember no run")] }
        var table = TextTable(header: ["run", "begun", "who", "what", "release", "ended"])
        for row in rows {
            table.append([
                TextTable.Cell(row.run, .strong), TextTable.Cell(row.begun?.formatted(.iso8601) ?? "-"),
                TextTable.Cell(row.header?.who ?? "-"), TextTable.Cell(row.header?.purpose.rawValue ?? "-"),
                TextTable.Cell(row.header?.release.text ?? "-"), ending(row),
            ])
        }
        return table.lines
    }

    var json: JSONValue {
        .array(
            rows.map { row in
                .object([
                    "run": .string(row.run), "begun": row.begun.map { .string($0.formatted(.iso8601)) },
                    "who": row.header.map { .string($0.who) }, "link": row.header?.link.map(JSONValue.string),
                    "purpose": row.header.map { .string($0.purpose.rawValue) },
                    "release": row.header.map { .string($0.release.text) },
                    "git_commit": row.header?.gitCommit.map(JSONValue.string),
                    "resumes": row.header?.resumes.map(JSONValue.string),
                    "is_paused": .bool(row.isPaused),
                    "state": row.ending.map { .string($0.rawValue) },
                    "taken_over_by": row.successor.map(JSONValue.string),
                    "hosts": .array(row.hosts.map { .string($0.text) }),
                    "dead_man_fired": .array(row.deadMen.map { .string($0.text) }),
                ])
            })
    }

    // MARK: Private

    private func ending(_ row: Row) -> TextTable.Cell {
        if let successor = row.successor { return TextTable.Cell("taken over by \(successor)", .faint) }
        switch row.ending {
        case .allNew: return TextTable.Cell("every host as asked", .good)
        case .allOld: return TextTable.Cell("every host as before", .attention)
        case .mixedServing where row.isPaused:
            return TextTable.Cell("paused at its canary: deploy approve, or deploy rollback", .attention)
        case .mixedServing: return TextTable.Cell("mixed, and serving", .attention)
        case .needsPerson: return TextTable.Cell("needs a person: deploy resume, or deploy abort", .bad)
        case nil where !row.deadMen.isEmpty:
            let hosts = HostNameFolding.folded(row.deadMen)
            return TextTable.Cell("unfinished (put themselves back: \(hosts)): deploy resume, or deploy abort", .bad)
        case nil: return TextTable.Cell("unfinished: deploy resume, or deploy abort", .bad)
        }
    }
}
