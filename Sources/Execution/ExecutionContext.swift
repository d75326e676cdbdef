package import DeployModel
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the executors of one run share.
package final class ExecutionContext: Sendable {
    let service: String
    let run: String
    let configuration: ReleaseConfiguration
    let steps: [StepPhase: [Step]]
    private let balancer: BalancerConfiguration
    /// The hosts of each selection that steps have.
    private let meant: [HostSelection: Set<HostName>]
    /// The inventory's variables for all hosts.
    let environment: EnvironmentVariables
    let secrets: SecretValues
    /// `nil` for a run that uploads nothing.
    let source: ReleaseSource?
    let sourceGuard: SourceGuard?
    /// What the run makes live; `nil` where that differs between hosts.
    let release: Release?
    /// The id under which a real directory in the link's place becomes a release; `nil`: it is refused.
    let adoptedID: ReleaseID?
    var gitCommit: String? { release?.gitCommit }
    /// Where local steps start: the directory of the inventory.
    let localDirectory: String
    let local: any LocalCommands
    let events: any EventPublisher
    let limits = StepLimits()
    /// The longest the run may take.
    let longestRun: Duration
    /// Files go to the hosts, or would if this were not a look.
    let isUploading: Bool
    /// The ports of hosts that their health is checked at through their connections.
    let forwardedPorts: [HostName: Int]
    let childEnvironment: ChildEnvironment
    /// The program, and its words, that rsync starts in place of ssh.
    let remoteShell: [String]
    let comparison: RsyncCommand.Comparison
    private let sharedHandover = Mutex<DescriptorHandover?>(nil)

    /// - Parameters:
    ///   - run: the run's id.
    ///   - prepared: the release to upload; `nil` for a run that uploads nothing.
    ///   - held: the release that the hosts hold and the run makes live, where nothing is uploaded.
    ///   - adoptedID: names the release that a real directory in the link's place becomes.
    ///   - isUploading: files go to the hosts; `nil`: as far as `prepared` is given.
    ///   - forwardedPorts: the ports of hosts that their health is checked at through their connections.
    ///   - processEnvironment: our own; `CI` in it decides what `compare: auto` means.
    ///   - remoteShell: ends up in ``RsyncRemoteShell``; by default this program's hidden command.
    package init(
        inventory: Inventory, configuration: ReleaseConfiguration, run: String, prepared: PreparedRelease?,
        held: Release? = nil, adoptedID: ReleaseID? = nil, secrets: SecretValues = SecretValues(),
        events: any EventPublisher, local: any LocalCommands = LocalProcesses(),
        isUploading: Bool? = nil, forwardedPorts: [HostName: Int] = [:],
        processEnvironment: [String: String] = ProcessInfo.processInfo.environment,
        remoteShell: [String] = [OwnProgram.path, "rsh"]
    ) {
        service = inventory.service
        self.run = run
        self.configuration = configuration
        steps = inventory.steps
        balancer = inventory.balancer
        meant = Dictionary(
            steps.values.joined().compactMap { step in
                step.hosts.flatMap { selection in inventory.hosts(of: step).map { (selection, $0) } }
            }, uniquingKeysWith: { first, _ in first })
        environment = inventory.environment
        self.secrets = secrets
        longestRun = inventory.rollout.timeout
        source = prepared?.source
        release = prepared?.release ?? held
        self.adoptedID = adoptedID
        self.isUploading = isUploading ?? (prepared != nil)
        self.forwardedPorts = forwardedPorts
        localDirectory = Self.directory(of: inventory.path)
        self.local = local
        self.events = events
        let childEnvironment = ChildEnvironment(of: processEnvironment)
        self.childEnvironment = childEnvironment
        sourceGuard = prepared.map { SourceGuard($0.source, environment: childEnvironment) }
        self.remoteShell = remoteShell
        comparison =
            switch configuration.comparison {
            case .mtime: .times
            case .checksum: .checksums
            case .auto: Self.isCI(processEnvironment) ? .checksums : .times
            }
    }

    /// The distinct texts that the hosts of an inventory get as their `env_file`; none without one.
    package static func environmentFiles(
        of inventory: Inventory, _ configuration: ReleaseConfiguration, _ secrets: SecretValues
    ) -> [String] {
        guard configuration.environmentFile != nil else { return [] }
        // All hosts, whatever this run is limited to: a digest must not depend on who else takes part.
        let texts = inventory.hosts.filter(\.isDeployedTo).map { host in
            EnvironmentFile.text(host.environment.over(inventory.environment).exposed(secrets))
        }
        return Set(texts).sorted()
    }

    /// The executor of one host.
    package func executor(
        for host: Host, connections: HostConnections, user: String
    ) -> SSHHostExecutor {
        SSHHostExecutor(
            host: host, user: user, channel: SSHHostChannel(host: host.name, connections: connections), context: self)
    }

    /// Runs the steps of the build phase on this machine; they see no host.
    ///
    /// - Throws: ``DeployError`` of the first that fails.
    package static func build(
        _ inventory: Inventory, run: String, release: ReleaseID?, secrets: SecretValues = SecretValues(),
        events: any EventPublisher, local: any LocalCommands = LocalProcesses()
    ) async throws(DeployError) {
        guard let steps = inventory.steps[.build], !steps.isEmpty else { return }
        let runner = StepRunner(
            host: nil, channel: nil, user: "", local: local, localDirectory: directory(of: inventory.path),
            environment: StepEnvironment(
                host: nil, service: inventory.service, run: run, gitCommit: nil, common: inventory.environment,
                secrets: secrets),
            limits: StepLimits(), events: events)
        try await runner.run(
            steps, phase: .build,
            at: StepRunner.Place(
                release: release, previous: nil, releaseDirectory: nil, startDirectory: "/",
                placeholders: Placeholders(host: nil, release: release, service: inventory.service)))
    }

    /// What puts a host back into rotation from the host itself.
    func rejoinSteps(of host: HostName) -> [Step] { balancer.rejoinSteps(of: host) }

    /// Whether a step's `hosts` name a host; those of a step without are all.
    func isMeant(_ step: Step, for host: HostName) -> Bool {
        step.hosts.flatMap { meant[$0] }?.contains(host) ?? true
    }

    /// The place where descriptors are handed over, made with the first upload.
    func handover() throws(DeployError) -> DescriptorHandover {
        let result = sharedHandover.withLock { shared -> Result<DescriptorHandover, DeployError> in
            if let shared { return .success(shared) }
            do throws(DeployError) {
                let made = try DescriptorHandover()
                shared = made
                return .success(made)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: Private

    /// As most tools read it: set, and not `false` or `0`.
    private static func isCI(_ environment: [String: String]) -> Bool {
        guard let value = environment["CI"] else { return false }
        return !["", "false", "0"].contains(value)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
