import ArgumentParser
import DeployModel
import InventoryLoading
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which file, and which of its hosts.
struct InventoryOptions: ParsableArguments {
    @Option(
        name: [.short, .customLong("inventory")],
        help: ArgumentHelp(
            "The inventory.",
            discussion: "Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.", valueName: "file"))
    var inventory: String?

    @Option(
        name: [.short, .customLong("limit")],
        help: ArgumentHelp(
            "Only these hosts: names, groups, globs, labels, `!` to exclude.",
            discussion: "For instance 'web:!web-3', 'web-*', 'zone=a'. Default: all.", valueName: "hosts"))
    var limit: String?

    @Option(name: .customLong("except"), help: ArgumentHelp("Not these hosts.", valueName: "hosts"))
    var except: String?

    /// The file's path as it was given or found.
    func path(_ console: Console) throws -> String {
        if let inventory {
            guard !inventory.isEmpty else {
                throw CommandFailure(.configuration, "`--inventory` is empty", hint: "is a variable unset?")
            }
            return inventory
        }
        let path = InventoryLoader.defaultPath(environment: console.environment) {
            FileManager.default.fileExists(atPath: console.directory + "/" + $0)
        }
        guard let path else {
            throw CommandFailure(
                .configuration, "there is no inventory: neither `hosts.yml` nor `inventory/hosts.yml` is here",
                hint: "name it with `-i FILE` or DEPLOY_INVENTORY")
        }
        return path
    }

    /// Reads the file; warnings are told, mistakes are thrown.
    func load(_ console: Console) throws -> Inventory {
        let loaded = try Wiring.inventory(at: try path(console), console)
        console.tell(warnings: loaded.warnings)
        return loaded.inventory
    }

    /// The hosts that `--limit` and `--except` leave.
    func hosts(of inventory: Inventory) throws -> [Host] {
        let all = try HostSelection(parsing: limit ?? "all")
        return try all.select(from: inventory, except: try except.map { try HostSelection(parsing: $0) })
    }

    /// What a command on the same fleet has to begin with.
    var words: [String] { inventory.map { ["-i", $0] } ?? [] }

    /// The run is on a part of the hosts.
    var isLimited: Bool { limit != nil || except != nil }
}

extension Console {
    func tell(warnings: [InventoryIssue]) {
        tell(
            warnings.map { warning in
                var line = StyledLine("warning: ", .attention)
                line.append("\(warning)")
                return line
            })
    }
}
