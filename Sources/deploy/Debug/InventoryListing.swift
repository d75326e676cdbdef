import DeployModel
import InventoryLoading
import Reporting

/// `{"hosts": {name: {variable: value}}, "groups": {name: [host]}}`; a group holds the hosts of the groups below it too.
enum InventoryListing {
    static func json(_ inventory: AnsibleInventory) -> JSONValue {
        .object([
            "hosts": .object(
                inventory.hosts.map { host in
                    JSONValue.Field(
                        name: host.name,
                        value: .object(
                            host.variables.sorted { $0.key < $1.key }
                                .map { JSONValue.Field(name: $0.key, value: JSONValue($0.value)) }))
                }),
            "groups": .object(
                inventory.groups.map { group in
                    JSONValue.Field(name: group.name, value: .array(group.hosts.map(JSONValue.string)))
                }),
        ])
    }

    static func json(_ inventory: Inventory) -> JSONValue {
        let groups =
            [("all", inventory.hosts.map(\.name))] + inventory.groups.sorted { $0.key < $1.key }.map { ($0, $1) }
        return .object([
            "hosts": .object(
                inventory.hosts.map { JSONValue.Field(name: $0.name.text, value: HostList.fields(of: $0)) }),
            "groups": .object(
                groups.map { name, hosts in
                    JSONValue.Field(name: name, value: .array(hosts.map { .string($0.text) }))
                }),
        ])
    }
}

extension JSONValue {
    init(_ value: AnsibleValue) {
        self =
            switch value {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .number(let value): .number(value)
            case .string(let text): .string(text)
            case .list(let items): .array(items.map { JSONValue($0) })
            case .map(let entries): .object(entries.map { Field(name: $0.name, value: JSONValue($0.value)) })
            }
    }
}
