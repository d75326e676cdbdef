import ArgumentParser

/// The root of the command line. Without a command it is `deploy run`; it takes no positional argument, so no future
/// command can change what an existing command line means.
struct Deploy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Rolls a release across hosts behind a load balancer, by SSH.",
        discussion: """
            Examples:
              deploy -i hosts.yml                 build, upload, then host by host
              deploy plan -i hosts.yml            what that would do; contacts nothing
              deploy -i hosts.yml --limit web-1   only this host
              deploy rollback                     back to the release before
              deploy status                       what runs where, and is it in service
              deploy exec -- uptime               a command on every host
              deploy drain --limit web-2          take a host out of rotation
              deploy enable --limit web-2         prove it healthy and put it back

            Without a command, `deploy` is `deploy run`; `deploy run --help` shows its
            options. The inventory is `-i FILE`, else DEPLOY_INVENTORY, else `hosts.yml`,
            else `inventory/hosts.yml`.
            """,
        version: ProgramVersion.text,
        subcommands: [DebugCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "ROLLOUT",
                subcommands: [
                    RunCommand.self, PlanCommand.self, RollbackCommand.self, RestartCommand.self,
                    ResumeCommand.self, AbortCommand.self, ApproveCommand.self,
                ]),
            CommandGroup(
                name: "FLEET",
                subcommands: [
                    StatusCommand.self, CheckCommand.self, ReleasesCommand.self, HistoryCommand.self, LeaseCommand.self,
                ]),
            CommandGroup(
                name: "HOSTS",
                subcommands: [
                    HostsCommand.self, ExecCommand.self, SSHShellCommand.self, DrainCommand.self, EnableCommand.self,
                ]),
            CommandGroup(
                name: "SETUP",
                subcommands: [InitCommand.self, ConfigCommand.self, TrustCommand.self, SchemaCommand.self]),
        ],
        defaultSubcommand: RunCommand.self)
}

extension Deploy {
    /// As in every other message of ours.
    static var _errorPrefix: String { "error: " }

    /// The names of all commands, and the parser's own `help`.
    static var commandNames: [String] {
        configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }
}
