import DeployModel
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The releases that hosts hold, as a table or as JSON: one row for each release, newest first.
struct ReleaseList {
    struct Row {
        var id: ReleaseID
        var created: Date
        var gitCommit: String?
        /// The hosts that hold it, by how far it is there.
        var hosts: [ReleaseState: [HostName]]
        var live: [HostName]
    }

    let rows: [Row]
    let failures: [(host: HostName, error: DeployError)]

    init(_ readings: [(host: HostName, record: Result<HostRecord, DeployError>)]) {
        var byID: [ReleaseID: Row] = [:]
        var failures: [(host: HostName, error: DeployError)] = []
        for (host, reading) in readings {
            switch reading {
            case .failure(let error): failures.append((host, error))
            case .success(let record):
                for release in record.releases {
                    var row =
                        byID[release.id]
                        ?? Row(
                            id: release.id, created: release.created, gitCommit: release.gitCommit, hosts: [:], live: []
                        )
                    row.hosts[release.state, default: []].append(host)
                    byID[release.id] = row
                }
                guard let live = record.live else { continue }
                byID[live.id, default: Row(id: live.id, created: Self.unknown, hosts: [:], live: [])].live.append(host)
            }
        }
        rows = byID.values.sorted { ($0.created, $0.id.text) > ($1.created, $1.id.text) }
        self.failures = failures
    }

    var lines: [StyledLine] {
        var table = TextTable(header: ["release", "uploaded", "commit", "live on", "held by"])
        for row in rows {
            table.append([
                TextTable.Cell(row.id.text, .strong),
                TextTable.Cell(row.created > Self.unknown ? row.created.formatted(.iso8601) : "-"),
                TextTable.Cell(row.gitCommit ?? "-"),
                TextTable.Cell(row.live.isEmpty ? "-" : HostNameFolding.folded(row.live), .good),
                TextTable.Cell(Self.held(row)),
            ])
        }
        return (rows.isEmpty ? [StyledLine("the hosts hold no release")] : table.lines)
            + failures.map { StyledLine("\($0.host): \($0.error.message)", .bad) }
    }

    var json: JSONValue {
        .object([
            "releases": .array(
                rows.map { row in
                    .object([
                        "id": .string(row.id.text),
                        "created": row.created > Self.unknown ? .string(row.created.formatted(.iso8601)) : nil,
                        "git_commit": row.gitCommit.map(JSONValue.string), "live_on": Self.names(row.live),
                        "hosts": .object(
                            ReleaseState.allCases.compactMap { state in
                                row.hosts[state].map { .init(name: state.rawValue, value: Self.names($0)) }
                            }),
                    ])
                }),
            "errors": .array(
                failures.map { .object(["host": .string($0.host.text), "message": .string($0.error.message)]) }),
        ])
    }

    // MARK: Private

    /// A release of another tool: when it was made is not known.
    private static let unknown = Date(timeIntervalSince1970: 0)

    private static func held(_ row: Row) -> String {
        let parts = ReleaseState.allCases.reversed().compactMap { state in
            row.hosts[state].map { "\(state.rawValue): \(HostNameFolding.folded($0))" }
        }
        return parts.isEmpty ? "not made by `deploy`" : parts.joined(separator: "; ")
    }

    private static func names(_ hosts: [HostName]) -> JSONValue { .array(hosts.map { .string($0.text) }) }
}
