import ArgumentParser
import Reporting
import SSHTransport

/// The settings of a host by one `ssh_config` file, in the form of `ssh -G -F FILE HOST`.
struct SSHConfigDebugCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh-config",
        abstract: "Prints the settings that an ssh_config file gives a host, as `ssh -G -F FILE HOST` does.")

    @Argument(help: "An ssh_config file; `none` for no file.")
    var file: String

    @Argument(help: ArgumentHelp("The host as on ssh's command line.", valueName: "[user@]host"))
    var host: String

    func perform(_ console: Console) async throws -> ExitCode {
        let environment = ClientConfigEnvironment.current(
            variables: console.environment, withholding: console.withheldVariables)
        let config = file == "none" ? .none : try ClientConfig.load(path: file, for: environment)
        let resolved = try await ClientConfigResolver(config, environment: environment).resolve(query)
        console.print(resolved.dump.map { StyledLine($0) })
        console.tell(resolved.notices.map { StyledLine("\($0)") })
        return .success
    }

    // MARK: Private

    private var query: ClientConfigQuery {
        guard let at = host.lastIndex(of: "@") else { return ClientConfigQuery(host: host) }
        return ClientConfigQuery(host: String(host[host.index(after: at)...]), user: String(host[..<at]))
    }
}
