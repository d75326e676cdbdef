import ArgumentParser
import DeployModel
import InventoryLoading
import Reporting

/// What an inventory, ours or Ansible's, was understood to be.
struct DebugInventoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory", abstract: "Reads inventories, ours and Ansible's.",
        subcommands: [List.self, Hosts.self])

    /// Prints hosts with their variables, and groups with their hosts.
    struct List: ConsoleCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Prints hosts and groups as JSON.")

        @Argument(help: "Inventories; of our own only one.") var files: [String]

        func perform(_ console: Console) async throws -> ExitCode {
            let json =
                switch try await InventoryReading.read(files, console) {
                case .own(let inventory): InventoryListing.json(inventory)
                case .ansible(let inventory): InventoryListing.json(inventory)
                }
            console.output.write(json.indentedText)
            return .success
        }
    }

    /// Prints the hosts that a pattern means.
    struct Hosts: ConsoleCommand {
        static let configuration = CommandConfiguration(
            commandName: "hosts", abstract: "Prints the hosts that a pattern means, one a line.")

        @Argument(help: "As in --limit; for Ansible's inventories a host pattern of Ansible.") var pattern: String
        @Argument(help: "Inventories; of our own only one.") var files: [String]

        func perform(_ console: Console) async throws -> ExitCode {
            let names =
                switch try await InventoryReading.read(files, console) {
                case .own(let inventory):
                    try HostSelection(parsing: pattern).select(from: inventory).map(\.name.text)
                case .ansible(let inventory): try AnsiblePattern(pattern).hosts(in: inventory)
                }
            if names.isEmpty { console.tell([StyledLine("no host matches `\(pattern)`")]) }
            console.output.write(names.map { $0 + "\n" }.joined())
            return .success
        }
    }
}

/// One of the two kinds of inventory.
enum InventoryReading {
    case own(Inventory)
    case ansible(AnsibleInventory)

    static func read(_ files: [String], _ console: Console) async throws -> InventoryReading {
        if let first = files.first, InventoryKind.of(first) == .own {
            guard files.count == 1 else {
                throw CommandFailure(.configuration, "`\(first)` is an inventory of `deploy`, which stands alone")
            }
            let loaded = try await Wiring.inventory(at: first, console)
            console.tell(warnings: loaded.warnings)
            return .own(loaded.inventory)
        }
        let inventory = try await Wiring.ansibleReader(console).read(files)
        console.tell(warnings: inventory.warnings)
        return .ansible(inventory)
    }
}
