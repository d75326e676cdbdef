import ArgumentParser
import DeployModel
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
            (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`) or of its console output.
            A key that has changed is recorded with --replace alone.

            Examples:
              deploy trust
              deploy trust web-1
              deploy trust web-1 --replace --fingerprint SHA256:...
            """)

    @Argument(help: "A host of the inventory. Default: all of them.")
    var host: String?

    @Flag(name: .customLong("replace"), help: "Put the new keys in the place of others that are recorded.")
    var isReplacing = false

    @Option(
        name: .customLong("fingerprint"),
        help: ArgumentHelp("Record only keys with this fingerprint; may be repeated.", valueName: "SHA256:..."))
    var fingerprints: [String] = []

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions

    func validate() throws {
        if host != nil, inventoryOptions.isLimited {
            throw ValidationError("name the host alone, or select hosts with `--limit`")
        }
        for fingerprint in fingerprints where !fingerprint.hasPrefix("SHA256:") {
            throw ValidationError("`\(fingerprint)` is no fingerprint: `SHA256:` and 43 letters")
        }
    }

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.loadHosts(console)
        let hosts =
            try host.map { try HostSelection(parsing: $0).select(from: inventory, except: nil) }
            ?? inventoryOptions.hosts(of: inventory)
        let store = Wiring.hostKeyStore(try await Wiring.connectionTable(inventory, for: hosts, console))
        let answers = await store.reviews(of: hosts)
        console.print(answers.compactMap { try? $0.get() }.flatMap(\.lines))
        var failures: [CommandFailure] = []
        var pending: [HostKeyReview] = []
        for answer in answers {
            switch answer {
            case .success(let review):
                if let failure = refusal(of: review, console) {
                    failures.append(failure)
                } else if review.state != .known {
                    pending.append(review)
                }
            case .failure(let error):
                failures.append(CommandFailure(.notStarted, error.description, hint: error.hint))
            }
        }
        if !pending.isEmpty, fingerprints.isEmpty, console.isInteractive,
            !console.ask("Record the keys of \(pending.count == 1 ? "this host" : "\(pending.count) hosts")?")
        {
            failures.append(CommandFailure(.notApproved, "nothing was recorded"))
            pending = []
        }
        for review in pending {
            let path = try await store.record(review.keys(with: fingerprints), of: review)
            console.tell([StyledLine("recorded the keys of \(review.host) in `\(path)`")])
        }
        for failure in failures { _ = ErrorPresentation(failure).show(on: console) }
        return failures.map(\.code).max { $0.rawValue < $1.rawValue } ?? .success
    }

    // MARK: Private

    /// Why a host's keys are not to be recorded.
    private func refusal(of review: HostKeyReview, _ console: Console) -> CommandFailure? {
        if case .revoked(let entry) = review.state {
            return CommandFailure(
                .notApproved, "`\(review.host)` shows a key that is revoked at \(entry.file):\(entry.line)",
                hint: "give the host a new key")
        }
        guard review.state != .known else { return nil }
        if case .changed = review.state {
            guard isReplacing else {
                return CommandFailure(
                    .notApproved, "the key of `\(review.host)` has changed",
                    hint: "if the host was set up anew, compare the fingerprints and add `--replace`")
            }
            guard console.isInteractive || !fingerprints.isEmpty else {
                return CommandFailure(
                    .notApproved, "the key of `\(review.host)` has changed, and there is no terminal to ask at",
                    hint: "give the fingerprint you expect with `--fingerprint`")
            }
        }
        guard !review.keys(with: fingerprints).isEmpty else {
            return CommandFailure(
                .notApproved, "`\(review.host)` shows no key with the fingerprint that was given",
                hint: "someone may be between you and the host")
        }
        return nil
    }
}
