import DeployModel
import InventoryLoading

/// Loads inventories from text, as `hosts.yml` in `/project`.
enum Fixture {
    static let environment = ["HOME": "/home/me"]

    static func load(
        _ text: String, environment: [String: String] = environment
    ) throws(InventoryError) -> LoadedInventory {
        try load(Array(text.utf8), environment: environment)
    }

    static func load(
        _ bytes: [UInt8], environment: [String: String] = environment
    ) throws(InventoryError) -> LoadedInventory {
        try InventoryLoader().read(bytes, file: "hosts.yml", path: "/project/hosts.yml", environment: environment)
    }

    /// The smallest valid file with more lines.
    static func inventory(
        _ lines: String, environment: [String: String] = environment
    ) throws(InventoryError) -> Inventory {
        try load("service: acebook\nhosts: [web-1]\n" + lines, environment: environment).inventory
    }

    /// The issues as they are shown; empty where the file is valid.
    static func issues(_ text: String, environment: [String: String] = environment) -> [String] {
        do {
            _ = try load(text, environment: environment)
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    /// The issues of the smallest valid file with more lines; the first of them is line 3.
    static func issues(with lines: String, environment: [String: String] = environment) -> [String] {
        issues("service: acebook\nhosts: [web-1]\n" + lines, environment: environment)
    }
}
