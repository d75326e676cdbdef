import ArgumentParser
import DeployModel
import Execution
import Reporting

/// One login, with nothing read but what is named here.
struct ConnectDebugCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Logs in to a host as root and runs `true`.")

    enum Strictness: String, ExpressibleByArgument, CaseIterable {
        case yes
        case acceptNew = "accept-new"
        case no
    }

    @Argument(help: ArgumentHelp("The files of known hosts, between commas.", valueName: "known_hosts[,known_hosts]"))
    var knownHosts: String

    @Argument(help: "The host's name or address.")
    var host: String

    @Argument(help: "The port of its sshd.")
    var port: Int

    @Argument(help: "The private key's file; a .pub file picks the agent's key.")
    var identity: String

    @Argument(help: "What becomes of a host that is not known.")
    var strict: Strictness

    func validate() throws {
        guard (1...65535).contains(port) else { throw ValidationError("`\(port)` is no port") }
        guard strict != .no else { throw ValidationError("`no` is not supported: host keys are always checked") }
    }

    func perform(_ console: Console) async throws -> ExitCode {
        guard let name = HostName(host) else { throw ValidationError("`\(host)` is no name of a host") }
        var target = Host(name: name, address: host)
        target.ssh.configFile = .ignored
        target.ssh.user = "root"
        target.ssh.port = port
        target.ssh.identityFiles = [identity]
        target.ssh.isIdentitiesOnly = true
        target.ssh.hostKeyChecking = strict == .acceptNew ? .acceptNew : .strict
        let files = knownHosts.split(separator: ",").map(String.init)
        let connections = try await Wiring.connections(to: target, knownHostsFiles: files, console)
        do throws(DeployError) {
            _ = try await connections.connection(to: name)
            let result = try await RemoteArgv(["true"], timeout: .seconds(30)).run(on: name, connections, output: nil)
            await connections.close()
            console.print([StyledLine("connected")])
            return result.exit == .status(0) ? .success : .commandFailed
        } catch {
            await connections.close()
            throw error
        }
    }
}
