import DeployModel
import Execution
import Rollout

/// A rollout before there is a release: what is known offline.
struct PlanPreview: Sendable {
    /// What is asked of this machine; no host is.
    struct Surroundings {
        var directoryExists: (String) -> Bool
        /// The account an SSH connection would use.
        var user: (Host) -> String
        var balancerCalls: (BalancerConfiguration) -> (drain: [String], enable: [String], limits: [String])
        /// The moments that have a hook.
        var hooks: (HookConfiguration) throws(DeployError) -> Set<HookMoment> = { _ in [] }
    }

    let inventory: Inventory
    private(set) var release: ReleaseConfiguration
    /// What was measured; a plan that is made offline has none.
    private(set) var measured: Release?
    let batches: [[Host]]
    /// The first batch, where it is one.
    let canary: Plan.Canary?
    /// Without the `once` steps where they are left out.
    let steps: [StepPhase: [Step]]
    /// There are `once` steps, and they do not run.
    let leavesOutOnceSteps: Bool
    private(set) var sourceExists: Bool
    /// The accounts of the SSH connections.
    let accounts: Set<String>
    /// What the driver will ask of the balancer for a host.
    let drainCalls: [String]
    let enableCalls: [String]
    /// What this kind of balancer cannot do.
    let balancerLimits: [String]
    /// The hooks that were found, in the order of a run.
    let hooks: [HookMoment]
    /// A release that hosts hold already.
    let wanted: WantedRelease?

    /// - Throws: ``DeployError`` when no host is left or the inventory declares no release.
    init(
        _ inventory: Inventory, hosts: [Host], runsOnceSteps: Bool, wanted: WantedRelease? = nil,
        _ surroundings: Surroundings
    ) throws(DeployError) {
        self.inventory = inventory
        self.wanted = wanted
        release = try Planner(inventory: inventory).release()
        batches = try Planner(inventory: inventory).batches(of: hosts)
        canary = Planner(inventory: inventory).canary(of: hosts)
        let isOnce = { (phase: StepPhase) in phase == .onceBefore || phase == .onceAfter }
        steps = inventory.steps.filter { phase, steps in !steps.isEmpty && (runsOnceSteps || !isOnce(phase)) }
        leavesOutOnceSteps = !runsOnceSteps && inventory.steps.contains { isOnce($0.key) && !$0.value.isEmpty }
        sourceExists = surroundings.directoryExists(release.source)
        accounts = Set(batches.joined().map(surroundings.user))
        let moments = if let hooks = inventory.hooks { try surroundings.hooks(hooks) } else { Set<HookMoment>() }
        hooks = HookMoment.allCases.filter(moments.contains)
        (drainCalls, enableCalls, balancerLimits) = surroundings.balancerCalls(inventory.balancer)
    }

    /// The same plan with the release that was built and measured.
    func of(_ measured: Release) -> PlanPreview {
        var preview = self
        preview.measured = measured
        preview.release.fixedID = measured.id
        preview.sourceExists = true
        return preview
    }

    /// Where the release goes on a host, `{host}` and its like still unfilled.
    var releaseDirectory: String {
        let staging = release.layout == .inPlace ? ReleaseLayout.stagingSuffix : ""
        return "\(release.destination)\(staging)/releases/\(release.fixedID?.text ?? "<id>")"
    }

    /// What the service runs from.
    var liveDirectory: String { release.layout == .inPlace ? release.destination : release.link }

    var hostsAreRoot: Bool { accounts == ["root"] }

    var hostCount: Int { batches.joined().count }

    /// Hosts of the inventory that take releases: what is registered in the balancer, as far as the file knows.
    var fleetCount: Int { inventory.hosts.count(where: \.isDeployedTo) }

    /// How many stay in rotation while the largest batch is out.
    var minInService: Int {
        let batchSize = batches.map(\.count).max() ?? 1
        return inventory.rollout.minInService.targets(registered: fleetCount, batchSize: batchSize)
    }

    /// Without a balancer nobody can say how many hosts serve, and the rule is not applied.
    var watchesCapacity: Bool { inventory.balancer.kind != .none }

    /// What the waits of the inventory come to: good probes, staying good, the canary's time, the time between batches.
    /// Uploads, steps and drains take theirs on top.
    var shortestDuration: Duration {
        let health = inventory.health.map { max($0.interval * ($0.successes - 1), $0.healthyFor) } ?? .zero
        return health * batches.count + inventory.rollout.wait * max(0, batches.count - 1) + (canary?.bake ?? .zero)
    }

    /// Why steps that run once do not run; only where they do not.
    var reasonAgainstOnce: String {
        wanted == nil ? "with --limit or --except" : "with --release: they have run for it"
    }

    /// What a reader should know beyond the tables.
    var notes: [String] {
        var notes: [String] = []
        let largest = batches.map(\.count).max() ?? 0
        if inventory.balancer.kind == .none {
            notes.append("there is no `balancer`: each host's service is down while it restarts in place")
        } else if fleetCount - largest < minInService {
            let rule =
                "a batch of \(largest) leaves \(fleetCount - largest) of \(fleetCount) in service, `min_in_service` is \(minInService)"
            notes.append(
                inventory.rollout.allowsDowntime
                    ? "\(rule): going on with --allow-downtime" : "\(rule): refused without --allow-downtime")
        }
        if shortestDuration > inventory.rollout.timeout {
            notes.append(
                "health checks and waits alone take \(ReadableDuration.text(shortestDuration)), "
                    + "and `rollout.timeout` ends the rollout after \(ReadableDuration.text(inventory.rollout.timeout))"
            )
        }
        if release.layout == .inPlace {
            notes.append(
                "`layout: in_place` copies each release over `\(release.destination)`: "
                    + "a host that fails cannot go back, and there is no rollback")
        }
        notes += balancerLimits
        if inventory.health == nil, !inventory.balancer.checksHealthItself {
            notes.append("there is no `health` check: a host counts as healthy once its steps have succeeded")
        }
        if inventory.rollout.canary != nil, canary == nil {
            notes.append("no host of the canary is selected: all hosts go without one")
        }
        if let step = steps[.onceBefore]?.firstIrreversible, inventory.rollout.onFailure != .stop {
            notes.append(
                "`\(step.name)` is `irreversible`: after it no host goes back to the release before; one that fails is left "
                    + "out of rotation, and none has a dead-man switch")
        }
        if leavesOutOnceSteps {
            notes.append("`once_before` and `once_after` do not run \(reasonAgainstOnce); --once runs them")
        }
        if let wanted {
            notes.append(
                "--release \(wanted.text): refused where the files here are not those of the release that the hosts hold"
            )
        }
        if !sourceExists {
            notes.append(
                steps[.build] == nil
                    ? "`\(release.source)` does not exist, and no `build` step makes it"
                    : "`\(release.source)` does not exist yet: the `build` steps have to make it")
        }
        if inventory.isProtected { notes.append("the inventory is `protected`: without a terminal --yes is needed") }
        return notes
    }
}
