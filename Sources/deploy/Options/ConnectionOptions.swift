import ArgumentParser
import DeployModel

/// How hosts are reached: how many at once, and as whom.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Connections being opened at once. Default: `ssh.fanout` of the inventory, else 50.", valueName: "n"))
    var fanout: Int?

    @Flag(
        name: .customLong("ask-sudo-pass"),
        help: "Ask once for the password that sudo wants on the hosts, instead of running sudo -n.")
    var asksSudoPassword = false

    func validate() throws {
        if let fanout, !(1...10_000).contains(fanout) { throw ValidationError("`--fanout` must be from 1 to 10000") }
    }

    func applied(to inventory: Inventory) -> Inventory {
        var inventory = inventory
        if let fanout { inventory.fanout = fanout }
        return inventory
    }
}
