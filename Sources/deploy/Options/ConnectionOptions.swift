import ArgumentParser
import DeployModel

/// How many hosts at once.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Connections being opened at once. Default: `ssh.fanout` of the inventory, else 50.", valueName: "n"))
    var fanout: Int?

    func validate() throws {
        if let fanout, !(1...10_000).contains(fanout) { throw ValidationError("`--fanout` must be from 1 to 10000") }
    }

    func applied(to inventory: Inventory) -> Inventory {
        var inventory = inventory
        if let fanout { inventory.fanout = fanout }
        return inventory
    }
}
