import AWSClient
import Balancers
import DeployModel
import Execution
import HTTPClient
import HealthChecks
import InventoryLoading
import Logging
import NIOPosix
import Reporting
import Rollout
import SSHTransport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The composition root: the only file that knows all targets, and the only one that gives ports their implementations.
enum Wiring {
    /// The libraries of the system that this program runs with.
    static var libraryVersions: String {
        "libssh2 \(SSHConnection.libraryVersion), \(SSHConnection.cryptoLibraryVersion)"
    }

    /// Reads an inventory, and asks its host sources; no host is contacted. From then on the console shows none of the
    /// secrets that are at hand, and no program sees the variables that hold them.
    static func inventory(
        at path: String, settings: [InventorySetting] = [], _ console: Console
    ) async throws -> LoadedInventory {
        let hide: @Sendable (Inventory) -> Void = { inventory in
            console.hide(SecretsReader.atHand(for: inventory, environment: console.environment).redactor)
            console.withhold(inventory.secretNames + inventory.localSecretNames)
        }
        // What a source says of its failure must not show a secret either.
        let loader = InventoryLoader(makeSource: { hostSource($0, console) }, willAskSources: hide)
        let loaded = try await loader.load(path: path, environment: console.environment, settings: settings)
        hide(loaded.inventory)
        return loaded
    }

    /// The host source that an entry of `host_sources` means.
    static func hostSource(_ configuration: HostSourceConfiguration, _ console: Console) -> any HostSource {
        switch configuration.kind {
        case .ansible(let ansible):
            return AnsibleHostSource(ansible, fleet: ansibleFleet(console))
        case .awsTargetGroup(let groups, let naming):
            return AWSHostSource(awsSurroundings(console)) {
                AWSTargetGroupHostSource(groups, naming: naming, through: $0)
            }
        case .ec2(let configuration):
            return AWSHostSource(awsSurroundings(console)) { EC2HostSource(configuration, through: $0) }
        case .command(let command, let directory):
            let output = ProgramOutput(environment: console.programEnvironment)
            return CommandHostSource(LocalProcesses.argv(of: command), directory: directory) {
                (argv, directory) throws(DeployError) in try await output.read(argv, directory: directory)
            }
        }
    }

    /// Reads Ansible's inventories; executable ones are run, in the environment of whoever runs `deploy` without its secrets.
    static func ansibleReader(_ console: Console) -> AnsibleReader {
        let output = ProgramOutput(environment: console.programEnvironment)
        return AnsibleReader { argv in try await output.read(argv) }
    }

    /// Reads Ansible's inventories as hosts to deploy to, through Ansible itself where they need it.
    static func ansibleFleet(_ console: Console) -> AnsibleFleet {
        let output = ProgramOutput(environment: console.programEnvironment)
        let folders = console.environment["PATH", default: ""].split(separator: ":").filter { $0.hasPrefix("/") }
        return AnsibleFleet(
            run: { argv in try await output.read(argv) },
            find: { program in
                folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
            })
    }

    /// What a plan asks of this machine.
    static func surroundings(_ table: ConnectionTable) -> PlanPreview.Surroundings {
        PlanPreview.Surroundings(
            directoryExists: isDirectory, user: { table.settings(of: $0.name)?.user ?? "" },
            balancerCalls: { configuration in
                let preview = BalancerRegistry.preview(configuration)
                return (preview.drain, preview.enable, preview.limits)
            },
            hooks: { configuration throws(DeployError) in try HookDirectory(configuration).moments })
    }

    /// The text of a file that has just been read, for a person to look at.
    static func text(ofFile path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    static func isFile(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory
    }

    /// What this machine should have and has not: the release's source, a script. `nil` where nothing is missing.
    static func localProblem(of inventory: Inventory) -> DeployError? {
        let problems = LocalFiles.problems(of: inventory, isDirectory: isDirectory, isFile: isFile)
        guard var problem = problems.first else { return nil }
        problem.evidence += problems.dropFirst().map(\.message)
        return problem
    }

    /// Looks up the secrets of an inventory; from then on the console shows none of them. The commands of `secrets_from` are
    /// run in the environment of whoever runs `deploy`, without the secrets that are there already.
    static func secrets(of inventory: Inventory, _ console: Console) async throws -> SecretValues {
        let found = try await secretsReader(console).read(for: inventory)
        console.hide(found.values.redactor)
        console.warn(found.warnings)
        return found.values
    }

    /// Looks up what secrets can be found, so that the console shows none of them in what hosts print. A vault that does not
    /// answer is worth a warning, and keeps nobody from looking at a host.
    static func hideSecrets(of inventory: Inventory, _ console: Console) async {
        let found = await secretsReader(console, timeout: .seconds(10)).found(for: inventory)
        console.hide(found.values.redactor)
        console.warn(found.warnings)
    }

    /// Everything one run shares. No connection is made before a host is needed.
    ///
    /// - Parameter movesReleases: hooks have a say in the run, and people are told of it.
    /// - Throws: where a hook could not be run.
    static func session(
        _ inventory: Inventory, _ table: ConnectionTable, secrets: SecretValues = SecretValues(),
        sinks: [any EventSink], movesReleases: Bool = false, _ console: Console
    ) throws -> Session {
        let clock = SystemClock()
        let ending = RunEnding()
        let connections = try connections(inventory, table)
        let hooks = movesReleases ? try inventory.hooks.map(HookDirectory.init) : nil
        console.warn(hooks?.warnings ?? [])
        let httpClient = try HTTPClient()
        let run = RunID.make(at: clock.date)
        let notifier = movesReleases ? Self.notifier(inventory, httpClient, console) : nil
        let sinks = sinks + [ending] + (notifier.map { [$0] } ?? [])
        return Session(
            inventory: inventory, run: run, clock: clock,
            events: EventLog(clock: clock, sinks: sinks, redactor: console.redactor), ending: ending,
            secrets: secrets,
            environment: console.environment,
            connectionTable: table, connections: connections, httpClient: httpClient,
            balancer: try BalancerRegistry.make(
                inventory.balancer,
                in: BalancerSurroundings(
                    service: inventory.service, run: run, fleet: inventory.hosts.filter(\.isDeployedTo),
                    hosts: BalancerHosts(
                        shell: { SSHRemoteShell(host: $0, connections: connections) },
                        forwarder: { SSHPortForwarder(host: $0, connections: connections) }),
                    commands: LocalProcesses(environment: console.environment),
                    aws: AWSAccess(surroundings: awsSurroundings(console), http: httpClient),
                    http: httpClient, environment: console.environment)),
            notifier: notifier, hookMoments: hooks?.moments ?? [])
    }

    /// Where the AWS driver looks for credentials and settings.
    static func awsSurroundings(_ console: Console) -> AWSSurroundings {
        let output = ProgramOutput(
            environment: console.programEnvironment, limitBytes: 1 << 20, timeout: .seconds(60))
        return AWSSurroundings(environment: console.environment, readFile: LocalText.read) { argv in
            let result = try await output.result(argv)
            let status: Int32 = if case .status(let status) = result.exit { Int32(clamping: status) } else { -1 }
            return AWSSurroundings.ProgramResult(
                status: status, output: String(decoding: result.output, as: UTF8.self), errors: result.errors)
        }
    }

    /// How every host of an inventory is reached; nothing is contacted.
    ///
    /// - Parameters:
    ///   - hosts: those that are sure to be needed. Others are refused when they are.
    ///   - asksSudoPassword: a person is asked for sudo's password when the first host needs it.
    /// - Throws: where one of these hosts cannot be reached as its `ssh_config` means it.
    static func connectionTable(
        _ inventory: Inventory, for hosts: [Host], asksSudoPassword: Bool = false, _ console: Console
    ) async throws -> ConnectionTable {
        var surroundings = ConnectionSurroundings.current(
            environment: console.environment, withholding: console.withheldVariables)
        if console.isInteractive { surroundings.person = TerminalSecrets().source }
        surroundings.isAskingSudoPassword = asksSudoPassword
        if asksSudoPassword, surroundings.person == nil {
            throw CommandFailure(
                .configuration, "`--ask-sudo-pass` needs a terminal to ask on",
                hint: "`ssh.sudo_password_command` of the inventory needs none")
        }
        let resolver = ConnectionSettingsResolver(inventory: inventory, surroundings: surroundings)
        let table = await resolver.table(of: inventory.hosts)
        try table.check(hosts)
        console.tell(warnings: table.warnings(of: hosts), of: hosts.count)
        return table
    }

    /// Connections to the hosts of an inventory, made when they are needed.
    ///
    /// - Throws: where this process may not open as many files as that takes.
    static func connections(_ inventory: Inventory, _ table: ConnectionTable) throws -> HostConnections {
        try DescriptorLimit(table).ensure()
        return HostConnections(
            table, fanout: inventory.fanout, eventLoops: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "deploy") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A connection by these files of known hosts alone.
    static func connections(
        to host: Host, knownHostsFiles: [String], _ console: Console
    ) async throws -> HostConnections {
        let resolver = ConnectionSettingsResolver(
            inventory: nil, surroundings: .current(environment: console.environment))
        var settings = try await resolver.resolve(host).settings
        settings.knownHostsFiles = knownHostsFiles
        return HostConnections(
            [host.name: settings], fanout: 1, eventLoops: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "deploy") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The command line of `ssh` for a host.
    static func openSSH(
        _ host: Host, _ connection: ResolvedConnection, in inventory: Inventory, _ console: Console
    ) -> OpenSSHCommand {
        OpenSSHCommand(host, connection.settings, home: console.environment["HOME"]) { name in
            HostName(name).flatMap { inventory.host(named: $0) }
        }
    }

    /// What `deploy trust` asks and writes through.
    static func hostKeyStore(_ table: ConnectionTable) -> HostKeyStore {
        HostKeyStore(settings: table.results.compactMapValues { try? $0.get().settings })
    }

    /// What a rollout acts through.
    ///
    /// - Parameters:
    ///   - prepared: what is uploaded; `nil` for a run that uploads nothing.
    ///   - held: the release of such a run, where it is the same on all hosts.
    ///   - adopts: a real directory in the link's place becomes a release.
    ///   - isUploading: files go to the hosts, or would if this were not a look; `nil`: as far as `prepared` is given.
    ///   - watch: looks at the public address meanwhile.
    static func ports(
        _ session: Session, for plan: Plan, _ prepared: PreparedRelease? = nil, held: Release? = nil,
        adopts: Bool = false, isUploading: Bool? = nil, recorder: RunRecorder? = nil, watch: PublicWatch? = nil
    ) throws -> RolloutPorts {
        let context = ExecutionContext(
            inventory: session.inventory, configuration: plan.configuration, run: session.run, prepared: prepared,
            held: held, adoptedID: adopts ? ReleaseID("adopted-\(session.run.prefix { $0 != "-" })") : nil,
            secrets: session.secrets, events: session.events, isUploading: isUploading,
            forwardedPorts: forwardedPorts(session, plan.hosts, plan.health),
            processEnvironment: session.environment)
        let executors = plan.hosts.map { host -> (HostName, any HostExecutor) in
            let user = session.connectionTable.settings(of: host.name)?.user ?? ""
            return (host.name, context.executor(for: host, connections: session.connections, user: user))
        }
        var ports = RolloutPorts(
            executors: Dictionary(executors) { first, _ in first }, balancer: session.balancer,
            probes: probes(session, plan.hosts, plan.health), clock: session.clock,
            events: watch?.reporting(to: session.events) ?? session.events, recorder: recorder)
        ports.publicCheck = session.inventory.publicChecks.conclusion.map { conclusion in
            PublicCheck(conclusion, probe: publicProbe(conclusion.request, session))
        }
        return ports
    }

    /// What looks at the public address while a rollout is under way; `nil` where none is declared.
    static func publicWatch(_ session: Session) -> PublicWatch? {
        session.inventory.publicChecks.watch.map { watch in
            PublicWatch(watch, probe: publicProbe(watch.request, session), clock: session.clock)
        }
    }

    /// What a drain or an enable acts through: no host is changed, so there are no executors.
    static func ports(_ session: Session, for plan: MaintenancePlan) throws -> RolloutPorts {
        RolloutPorts(
            executors: [:], balancer: session.balancer, probes: probes(session, plan.hosts, plan.health),
            clock: session.clock, events: session.events)
    }

    // MARK: Private

    private static func secretsReader(_ console: Console, timeout: Duration = .seconds(120)) -> SecretsReader {
        let output = ProgramOutput(environment: console.programEnvironment, timeout: timeout)
        return SecretsReader(environment: console.environment) { argv, directory in
            try await output.read(argv, directory: directory)
        }
    }

    private static func publicProbe(_ request: PublicChecks.Request, _ session: Session) -> PublicProbe {
        PublicProbe(request, service: session.inventory.service, client: session.httpClient)
    }

    private static func forwardedPorts(
        _ session: Session, _ hosts: [Host], _ health: HealthConfiguration?
    ) -> [HostName: Int] {
        guard let health else { return [:] }
        let ports = hosts.compactMap { host in
            HealthProbes.forwardedPort(health, for: host, service: session.inventory.service).map { (host.name, $0) }
        }
        return Dictionary(ports) { first, _ in first }
    }

    static func probes(
        _ session: Session, _ hosts: [Host], _ health: HealthConfiguration?
    ) -> [HostName: any HealthProbe] {
        guard let health else { return [:] }
        let probes = hosts.map { host in
            (
                host.name,
                HealthProbes.make(
                    health, for: host, service: session.inventory.service,
                    forwarder: SSHPortForwarder(host: host.name, connections: session.connections),
                    shell: SSHRemoteShell(host: host.name, connections: session.connections),
                    client: session.httpClient)
            )
        }
        return Dictionary(probes) { first, _ in first }
    }
}
