import ArgumentParser
import DeployModel
import Reporting
import Rollout

/// Rolls a release across the selected hosts.
struct RunCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Builds, uploads and rolls a release across the hosts.",
        usage: "deploy [run] [<options>]",
        discussion: """
            First everything that can fail without harm: the build here, a look at every
            host, the upload and `prepare` everywhere. Then batch by batch: drain, switch,
            activate, health check, enable. A host that fails goes back to its release.

            Examples:
              deploy -i hosts.yml
              deploy -i hosts.yml --yes --format json
              deploy --limit 'web:!web-3'
              deploy --release-id v1.2.3 --events run.jsonl
              deploy --release live --limit web-3

            On a terminal the plan is shown and a person is asked, unless --yes is given.
            Ctrl-C starts no new host: before the switch a host is put back, after it the
            host goes on until it serves. A second Ctrl-C stops at once.
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rollout") var rolloutOptions: RolloutOptions
    @OptionGroup(title: "Rollout") var approvalOptions: ApprovalOptions
    @OptionGroup(title: "Rollout") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Rollout") var leaseOptions: LeaseOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @OptionGroup(title: "Output") var reportOptions: ReportOptions

    func perform(_ console: Console) async throws -> ExitCode {
        var inventory = connectionOptions.applied(
            to: rolloutOptions.applied(to: try await inventoryOptions.load(console)))
        inventory.rollout.canary?.isApproverPresent =
            console.isInteractive && !approvalOptions.isApproved && rolloutOptions.until == nil
        let hosts = try inventoryOptions.hosts(of: inventory)
        let table = try await Wiring.connectionTable(
            inventory, for: hosts, asksSudoPassword: connectionOptions.asksSudoPassword, console)
        let preview = try PlanPreview(
            inventory, hosts: hosts, runsOnceSteps: rolloutOptions.runsOnceSteps(isLimited: inventoryOptions.isLimited),
            wanted: rolloutOptions.release, Wiring.surroundings(table))
        // Nobody can say yes later: so before the build.
        if !console.isInteractive { try approve(preview, console) }

        let secrets = try await Wiring.secrets(of: inventory, console)
        let output = try RunOutput(
            console, outputOptions, reportOptions, options: inventoryOptions.words, redactor: secrets.redactor)
        let session = try Wiring.session(
            inventory, table, secrets: secrets, sinks: output.sinks, movesReleases: true, console)
        let stops = StopRequests()
        let listener = SignalListener(stops.receive)
        defer {
            listener.stop()
            output.flush()
        }
        let rollout = ReleaseRollout(
            preview: preview, session: session, stops: stops, console: console, adopts: rolloutOptions.adopt,
            leaseOptions: leaseOptions, isForced: rolloutOptions.force, wanted: rolloutOptions.release)
        return try await rollout.perform { release in
            guard console.isInteractive else { return }
            // Nothing is changed yet, and a person who waits at a question must not have to answer it.
            stops.forward { signal, _ in Program.end(signal.exitCode) }
            try approve(preview.of(release), console)
        }
    }

    // MARK: Private

    private func approve(_ preview: PlanPreview, _ console: Console) throws {
        try approvalOptions.approve(
            isProtected: preview.inventory.isProtected, isInteractive: console.isInteractive
        ) {
            console.tell(preview.lines + [StyledLine()])
            let hosts = preview.hostCount == 1 ? "1 host" : "\(preview.hostCount) hosts"
            return console.ask("Roll \(preview.inventory.service) out to \(hosts)?")
        }
    }
}
