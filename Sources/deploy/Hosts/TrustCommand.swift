import ArgumentParser
import DeployModel
import Execution
import Reporting
import SSHTransport

/// Shows the keys of hosts and records them.
struct TrustCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Shows the hosts' keys and records them in the known_hosts beside the inventory.",
        usage: "deploy trust [<host>] [<options>]",
        discussion: """
            Compare the fingerprints with those on the host itself
            (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`) or in its console output.
            A key that has changed is recorded with --replace alone.

            Examples:
              deploy trust
              deploy trust web-1
              deploy trust web-1 --replace --fingerprint SHA256:...
              deploy trust --via ssh
            """)

    /// Who says that a key is the host's.
    enum Verifier: String, ExpressibleByArgument, CaseIterable {
        case ssh
    }

    @Argument(help: "A host of the inventory. Default: all of them.")
    var host: String?

    @Flag(name: .customLong("replace"), help: "Put the new keys in the place of others that are recorded.")
    var isReplacing = false

    @Option(
        name: .customLong("fingerprint"),
        help: ArgumentHelp("Record only keys with this fingerprint; may be repeated.", valueName: "SHA256:..."))
    var fingerprints: [String] = []

    @Option(
        name: .customLong("via"),
        help: ArgumentHelp(
            "Record the key that `ssh` accepts when it logs in.",
            discussion: "It knows host certificates (`@cert-authority`), which `deploy` does not.", valueName: "ssh"))
    var verifier: Verifier?

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions

    func validate() throws {
        if host != nil, inventoryOptions.isLimited {
            throw ValidationError("name the host alone, or select hosts with `--limit`")
        }
        for fingerprint in fingerprints where !fingerprint.hasPrefix("SHA256:") {
            throw ValidationError("`\(fingerprint)` is no fingerprint: `SHA256:` and 43 letters")
        }
        if verifier != nil, !fingerprints.isEmpty {
            throw ValidationError("with `--via ssh` the fingerprint is the one that `ssh` accepts")
        }
    }

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.loadHosts(console)
        let hosts =
            try host.map { try HostSelection(parsing: $0).select(from: inventory, except: nil) }
            ?? inventoryOptions.hosts(of: inventory)
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let store = Wiring.hostKeyStore(table)
        var failures: [CommandFailure] = []
        var pending: [TrustDecision] = []
        for answer in await store.reviews(of: hosts) {
            do throws(DeployError) {
                let review = try answer.get()
                console.print(review.lines)
                guard review.state != .known else { continue }
                var decision = TrustDecision(
                    review: review, fingerprints: fingerprints, isReplacing: isReplacing,
                    isAskable: console.isInteractive)
                if verifier == .ssh, let host = inventory.host(named: review.host) {
                    decision.fingerprints = [try await verified(host, table, inventory, console)]
                    decision.isVerified = true
                }
                if let refusal = decision.refusal { failures.append(refusal) } else { pending.append(decision) }
            } catch {
                failures.append(
                    CommandFailure(
                        .notStarted, ([error.description] + error.evidence).joined(separator: "\n  | "),
                        hint: error.hint))
            }
        }
        if pending.contains(where: { !$0.isCompared }), console.isInteractive, !isApproved(pending, console) {
            failures.append(CommandFailure(.notApproved, "nothing was recorded"))
            pending = []
        }
        for decision in pending { try await record(decision, store, console) }
        for failure in failures { _ = ErrorPresentation(failure).show(on: console) }
        return failures.map(\.code).max { $0.rawValue < $1.rawValue } ?? .success
    }

    // MARK: Private

    private func verified(
        _ host: Host, _ table: ConnectionTable, _ inventory: Inventory, _ console: Console
    ) async throws(DeployError) -> String {
        let connection: ResolvedConnection
        do {
            connection = try table.connection(to: host.name)
        } catch {
            throw DeployError(error, host: host.name)
        }
        let command = Wiring.openSSH(host, connection, in: inventory, console)
        return try await OpenSSHVerification(environment: console.programEnvironment).fingerprint(
            of: host.name, by: command)
    }

    private func isApproved(_ decisions: [TrustDecision], _ console: Console) -> Bool {
        console.ask("Record the keys of \(decisions.count == 1 ? "this host" : "\(decisions.count) hosts")?")
    }

    private func record(_ decision: TrustDecision, _ store: HostKeyStore, _ console: Console) async throws {
        let host = decision.review.host
        let path = try await store.record(decision.keys, of: decision.review)
        console.tell([StyledLine("recorded the keys of \(host) in `\(path)`")])
        for entry in decision.review.replaced where entry.file != path {
            var line = StyledLine("warning: ", .attention)
            line.append("another key of \(host) still counts as known: \(entry.file):\(entry.line); remove that line")
            console.tell([line])
        }
    }
}
