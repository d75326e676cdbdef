import ArgumentParser
import DeployModel
import InventoryLoading
import Reporting
import SSHTransport

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

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set one value of the inventory.",
            discussion: "For instance rollout.batch_size=2; may be given several times.", valueName: "key=value"))
    var settings: [InventorySetting] = []

    @Option(name: .customLong("except"), help: ArgumentHelp("Not these hosts.", valueName: "hosts"))
    var except: String?

    /// The file's path as it was given or found.
    func path(_ console: Console) throws -> String { try Self.path(inventory, console) }

    static func path(_ inventory: String?, _ console: Console) throws -> String {
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

    /// Reads the file and asks its host sources; warnings are told, mistakes are thrown.
    ///
    /// - Throws: ``CommandFailure`` too, for an inventory of Ansible: it says which hosts there are, and not what is deployed.
    func load(_ console: Console) async throws -> Inventory {
        let path = try path(console)
        guard InventoryKind.of(path) == .own else { throw Self.foreign(path) }
        let loaded = try await Wiring.inventory(at: path, settings: settings, console)
        console.tell(warnings: loaded.warnings)
        return loaded.inventory
    }

    /// Reads an inventory of ours or of Ansible, for a command that needs to know the hosts and nothing else.
    func loadHosts(_ console: Console) async throws -> Inventory {
        let path = try path(console)
        guard InventoryKind.of(path) == .ansible else { return try await load(console) }
        guard settings.isEmpty else {
            throw CommandFailure(.configuration, "`--set` has no effect on an Ansible inventory")
        }
        let loaded = try await Wiring.ansibleFleet(console)
            .inventory(path, in: console.directory, home: console.environment["HOME"])
        console.tell(warnings: loaded.warnings)
        return loaded.inventory
    }

    static func foreign(_ path: String) -> CommandFailure {
        CommandFailure(
            .configuration,
            "`\(path)` is an Ansible inventory: it says which hosts there are, and not what is deployed",
            hint: """
                `deploy hosts`, `deploy exec` and `deploy check` take it as it is; for a rollout write a `hosts.yml`:
                    service: app
                    host_sources: [{ ansible: { path: \(path), hosts: all } }]
                    release: { from: ./dist, to: /srv/app }
                    steps: { activate: [{ restart: app }] }
                """)
    }

    /// The hosts that `--limit` and `--except` leave.
    func hosts(of inventory: Inventory) throws -> [Host] {
        let all = try HostSelection(parsing: limit ?? "all")
        return try all.select(from: inventory, except: try except.map { try HostSelection(parsing: $0) })
    }

    /// What a command on the same fleet has to begin with.
    var words: [String] {
        (inventory.map { ["-i", $0] } ?? []) + settings.flatMap { ["--set", $0.text] }
    }

    /// The run is on a part of the hosts.
    var isLimited: Bool { limit != nil || except != nil }
}

extension Console {
    /// What `ssh_config` asks for and is not done, each with the hosts it is about unless it is about all.
    func tell(warnings: [(notice: ClientConfigNotice, hosts: [HostName])], of count: Int) {
        tell(
            warnings.map { notice, hosts in
                var line = StyledLine("warning: ", .attention)
                line.append("\(notice)" + (hosts.count == count ? "" : " (\(HostNameFolding.folded(hosts)))"))
                return line
            })
    }

    func tell(warnings: [InventoryIssue]) {
        for warning in warnings {
            var issue = warning
            issue.hint = nil
            warn([issue.description])
            guard let hint = warning.hint else { continue }
            var line = StyledLine("  hint: ", .strong)
            line.append(hint)
            tell([line])
        }
    }
}

extension InventorySetting: ExpressibleByArgument {
    public init?(argument: String) {
        guard let setting = try? InventorySetting(parsing: argument) else { return nil }
        self = setting
    }
}
