import ArgumentParser
import DeployModel
import InventoryLoading
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes a starter inventory.
struct InitCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes a starter inventory from flags and from what lies here.",
        usage: "deploy init [<options>]",
        discussion: """
            Reads, and never runs, a deploy script (deploy-to-instance.sh and its like),
            package.json, an Ansible inventory and ~/.ssh/config, and says what it took.
            On a terminal it asks for the rest.

            Examples:
              deploy init
              deploy init --service acebook --host 10.0.0.1 --host 10.0.0.2 --user app
            """)

    @Option(
        name: [.short, .customLong("inventory")],
        help: ArgumentHelp("The file to write.", valueName: "file"))
    var inventory = "hosts.yml"

    @Option(help: ArgumentHelp("The name of what is deployed.", valueName: "name")) var service: String?

    @Option(
        name: .customLong("host"),
        help: ArgumentHelp("A host's address; may be given several times.", valueName: "host"))
    var hosts: [String] = []

    @Option(help: ArgumentHelp("The account on the hosts.", valueName: "name")) var user: String?

    @Option(name: .customLong("identity-file"), help: ArgumentHelp("The private key.", valueName: "file"))
    var identityFile: String?

    @Option(help: ArgumentHelp("The local directory to deploy.", valueName: "directory")) var from: String?

    @Option(help: ArgumentHelp("The directory on the hosts.", valueName: "directory")) var to: String?

    @Option(help: ArgumentHelp("The systemd unit to restart.", valueName: "unit")) var unit: String?

    @Option(help: ArgumentHelp("What says that a host serves, such as :3000/healthz.", valueName: "address"))
    var health: String?

    @Flag(help: "Replace a file that exists.") var force = false

    func perform(_ console: Console) async throws -> ExitCode {
        let path = inventory.hasPrefix("/") ? inventory : console.directory + "/" + inventory
        guard force || !FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                .configuration, "`\(inventory)` exists", hint: "--force replaces it; `deploy config` shows what it says"
            )
        }
        var starter = Starter(
            service: service, hosts: hosts, user: user, identityFile: identityFile, source: from, destination: to,
            unit: unit, health: health)
        StarterDetection(directory: console.directory, home: console.environment["HOME"]).detect(into: &starter)
        if console.isInteractive { Self.ask(about: &starter, console) }
        let text = StarterText(starter: starter).text
        // What is written must be readable: a flag may hold what no inventory can.
        _ = try InventoryLoader().read(
            Array(text.utf8), file: inventory, path: path, environment: console.environment)
        let folder = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        try Self.write(text, to: path)
        try FileManager.default.createDirectory(
            atPath: folder + "/.deploy", withIntermediateDirectories: true)
        try Self.write(InventorySchemaText.json.indentedText, to: folder + "/.deploy/schema.json")
        report(starter, console)
        return .success
    }

    // MARK: Private

    private static func ask(about starter: inout Starter, _ console: Console) {
        for finding in starter.findings { console.tell([StyledLine("found in " + finding)]) }
        starter.service = console.prompt("Service", default: starter.service ?? "app")
        if starter.ansible == nil {
            let hosts = console.prompt("Hosts", default: starter.hosts.joined(separator: " "))
            starter.hosts = hosts.split { $0 == " " || $0 == "," }.map(String.init)
        }
        starter.user = nonEmpty(console.prompt("SSH user", default: starter.user ?? ""))
        starter.source = nonEmpty(console.prompt("Directory to deploy", default: starter.source ?? "./"))
        starter.destination = nonEmpty(
            console.prompt("Directory on the hosts", default: starter.destination ?? "/srv/\(starter.service ?? "app")")
        )
        starter.unit = nonEmpty(
            console.prompt("systemd unit to restart", default: starter.unit ?? starter.service ?? "app"))
        starter.health = nonEmpty(console.prompt("Health check (such as :3000/healthz)", default: starter.health ?? ""))
    }

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func write(_ text: String, to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
            throw CommandFailure(.configuration, "`\(path)` cannot be written")
        }
    }

    private func report(_ starter: Starter, _ console: Console) {
        console.print(
            starter.findings.map { StyledLine("took from \($0)") }
                + [
                    StyledLine("wrote `\(inventory)`, and `.deploy/schema.json` for editors"),
                    StyledLine(
                        starter.hosts.isEmpty && starter.ansible == nil
                            ? "next: put your hosts into it, then `deploy plan`" : "next: read it, then `deploy plan`"),
                ])
    }
}
