import ArgumentParser
import DeployModel
import InventoryLoading

/// Which file, for a command that names its host itself.
struct InventoryFileOptions: ParsableArguments {
    @Option(
        name: [.short, .customLong("inventory")],
        help: ArgumentHelp(
            "The inventory.",
            discussion: "Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.", valueName: "file"))
    var inventory: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set one value of the inventory.",
            discussion: "For instance ssh.user=admin; may be given several times.", valueName: "key=value"))
    var settings: [InventorySetting] = []

    /// As ``InventoryOptions/loadHosts(_:)``.
    func loadHosts(_ console: Console) async throws -> Inventory {
        var options = InventoryOptions()
        (options.inventory, options.settings, options.limit, options.except) = (inventory, settings, nil, nil)
        return try await options.loadHosts(console)
    }

    /// - Throws: ``CommandFailure`` for a name that no host has.
    func host(_ name: String, of inventory: Inventory) throws -> Host {
        if let host = HostName(name).flatMap({ inventory.host(named: $0) }) { return host }
        let nearest = Spelling.nearest(to: name, among: inventory.hosts.map(\.name.text))
        throw CommandFailure(
            .configuration, "`\(name)` is not a host of the inventory",
            hint: nearest.map { "did you mean `\($0)`?" } ?? "`deploy hosts` lists them")
    }
}
