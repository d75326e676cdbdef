import ArgumentParser
import DeployModel
import Execution
import Reporting
import Rollout

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Preflight as a doctor: everything that a rollout needs is looked at, and nothing is changed.
struct CheckCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Looks for whatever would keep a rollout from succeeding; changes nothing.",
        usage: "deploy check [<options>]",
        discussion: """
            SSH and sudo, rsync on both sides, disk space, clocks, the balancer's members,
            health now, the lease. Ends with 0 where a rollout could start, else with 3.
            Of an Ansible inventory, or one without `release`, the hosts alone are looked at.

            Examples:
              deploy check
              deploy check -v --limit web-1
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Fleet") var connectionOptions: ConnectionOptions
    @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Show what is as it should be, too.")
    var isVerbose = false
    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = connectionOptions.applied(to: try await inventoryOptions.loadHosts(console))
        let hosts = try inventoryOptions.hosts(of: inventory).filter(\.isDeployedTo)
        guard inventory.release != nil else { return try await checkHosts(hosts, of: inventory, console) }
        let planner = Planner(inventory: inventory)
        let configuration = try planner.release()
        // The size is not known before a build, so only what is full is found.
        let release = Release(
            id: Self.nothing, contentDigest: "", source: configuration.source, fileCount: 0, totalBytes: 0,
            gitCommit: nil)
        let plan = try planner.plan(release: release, on: hosts)
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let session = try Wiring.session(inventory, table, sinks: [], console)
        let ports = try Wiring.ports(session, for: plan, isUploading: true)
        let observer = await FleetObserver(session, hosts: hosts, configuration)
        let stops = StopRequests()
        let listener = SignalListener(stops.receive)
        defer { listener.stop() }
        // A check that is the balancer's own is none that is missing while the balancer does not answer.
        let hasHealthCheck: Bool
        do { hasHealthCheck = try await session.health() != nil } catch { hasHealthCheck = true }
        let check = try await stops.cancelling {
            let facts = await Self.inspect(release, through: ports.executors)
            return FleetCheck(
                await observer.look(), facts: facts, local: Wiring.localProblem(of: inventory),
                rsync: await Self.rsync(console), hasHealthCheck: hasHealthCheck)
        }
        await session.close()
        return show(check, stops, console)
    }

    // MARK: Private

    /// What can be looked at where the inventory says nothing of a release.
    private func checkHosts(_ hosts: [Host], of inventory: Inventory, _ console: Console) async throws -> ExitCode {
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let connections = try Wiring.connections(inventory, table)
        let command = FleetCommand(
            argv: RemoteArgv(HostReach.argv, timeout: .seconds(60)), connections: connections)
        let stops = StopRequests()
        let listener = SignalListener(stops.receive)
        defer { listener.stop() }
        let answers = try await stops.cancelling { await command.perform(on: hosts.map(\.name), output: nil) }
        await connections.close()
        let now = Int64(SystemClock().date.timeIntervalSince1970)
        return show(FleetCheck(answers, seconds: now), stops, console)
    }

    private func show(_ check: FleetCheck, _ stops: StopRequests, _ console: Console) -> ExitCode {
        if outputOptions.isJSON {
            console.print(check.json)
        } else {
            console.print(check.lines(isVerbose: isVerbose))
        }
        return stops.first?.exitCode ?? (check.hasProblem ? .notStarted : .success)
    }

    private static var nothing: ReleaseID {
        guard let id = ReleaseID("check") else { preconditionFailure("`check` is a release id") }
        return id
    }

    /// The rsync of this machine.
    private static func rsync(_ console: Console) async -> Result<String, DeployError> {
        do throws(DeployError) {
            let builder = ReleaseBuilder(commands: LocalProcesses(environment: console.environment))
            return .success(try await builder.requireRsync())
        } catch {
            return .failure(error)
        }
    }

    private static func inspect(
        _ release: Release, through executors: [HostName: any HostExecutor]
    ) async -> [HostName: Result<HostFacts, DeployError>] {
        await withTaskGroup(of: (HostName, Result<HostFacts, DeployError>).self) { group in
            for (name, executor) in executors {
                group.addTask {
                    do throws(DeployError) {
                        return (name, .success(try await executor.inspect(release: release)))
                    } catch {
                        return (name, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
