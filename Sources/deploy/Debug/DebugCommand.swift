import ArgumentParser

/// What helps to find a fault; not for every day, and no promise to stay as it is.
struct DebugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug", abstract: "Looks inside.", shouldDisplay: false,
        subcommands: [
            ConnectDebugCommand.self,
            DebugInventoryCommand.self,
            KnownHostsDebugCommand.self,
            SigV4DebugCommand.self,
            SSHConfigDebugCommand.self,
        ])
}
