import DeployModel
import Reporting

/// The hosts of an inventory as a table or as JSON. What the file does not say is shown as `-`: `ssh_config` supplies it.
enum HostList {
    static func lines(_ hosts: [Host]) -> [StyledLine] {
        var table = TextTable(header: ["host", "address", "port", "user", "groups", "labels", "target", "deployed to"])
        for host in hosts {
            table.append([
                TextTable.Cell(host.name.text, .strong), cell(host.address), cell(host.ssh.port.map(String.init)),
                cell(host.ssh.user), cell(host.groups.joined(separator: ",")), cell(labels(host)),
                cell(target(host.target)), TextTable.Cell(host.isDeployedTo ? "yes" : "no"),
            ])
        }
        return table.lines
    }

    /// The groups with their hosts as a tree; a host stands in each of its groups, one without a group under `ungrouped`.
    static func graph(_ hosts: [Host]) -> [StyledLine] {
        var groups: [(name: String, hosts: [Host])] = []
        for host in hosts {
            for name in host.groups.isEmpty ? ["ungrouped"] : host.groups {
                if let place = groups.firstIndex(where: { $0.name == name }) {
                    groups[place].hosts.append(host)
                } else {
                    groups.append((name, [host]))
                }
            }
        }
        return [StyledLine("all", .strong)]
            + groups.enumerated().flatMap { index, group in
                let isLast = index == groups.count - 1
                var head = StyledLine(isLast ? "└─ " : "├─ ", .faint)
                head.append(group.name, .strong)
                return [head]
                    + group.hosts.enumerated().map { index, host in
                        var line = StyledLine(isLast ? "   " : "│  ", .faint)
                        line.append(index == group.hosts.count - 1 ? "└─ " : "├─ ", .faint)
                        line.append(host.name.text)
                        if host.address != host.name.text { line.append("  \(host.address)", .faint) }
                        return line
                    }
            }
    }

    static func json(_ hosts: [Host]) -> JSONValue {
        .array(
            hosts.map { host in
                .object([JSONValue.Field(name: "name", value: .string(host.name.text))] + fieldList(of: host))
            })
    }

    /// What the inventory says of a host besides its name.
    static func fields(of host: Host) -> JSONValue { .object(fieldList(of: host)) }

    // MARK: Private

    private static func fieldList(of host: Host) -> [JSONValue.Field] {
        let fields: KeyValuePairs<String, JSONValue?> = [
            "address": .string(host.address), "port": host.ssh.port.map { .integer(Int64($0)) },
            "user": host.ssh.user.map(JSONValue.string), "groups": .array(host.groups.map(JSONValue.string)),
            "labels": object(host.labels), "target": targetJSON(host.target),
            "is_deployed_to": .bool(host.isDeployedTo),
            "location": host.location.map { .string($0.description) },
        ]
        return fields.compactMap { name, value in value.map { JSONValue.Field(name: name, value: $0) } }
    }

    private static func cell(_ text: String?) -> TextTable.Cell {
        guard let text, !text.isEmpty else { return TextTable.Cell("-", .faint) }
        return TextTable.Cell(text)
    }

    private static func labels(_ host: Host) -> String {
        host.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    private static func target(_ target: TargetName) -> String? {
        switch target {
        case .unstated: nil
        case .everywhere(let id): id
        case .byPool(let ids): ids.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
        }
    }

    private static func targetJSON(_ target: TargetName) -> JSONValue? {
        switch target {
        case .unstated: nil
        case .everywhere(let id): .string(id)
        case .byPool(let ids): object(ids)
        }
    }

    private static func object(_ values: [String: String]) -> JSONValue {
        .object(values.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) })
    }
}
