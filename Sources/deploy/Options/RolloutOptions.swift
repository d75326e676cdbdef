import ArgumentParser
import DeployModel

/// What changes a rollout's plan without changing the inventory.
struct RolloutOptions: ParsableArguments {
    @Option(
        name: .customLong("release-id"),
        help: ArgumentHelp(
            "The release's id. Default: the UTC time and the git commit or the content.", valueName: "id"),
        transform: Self.releaseID)
    var releaseID: ReleaseID?

    @Option(
        name: .customLong("release"),
        help: ArgumentHelp(
            "Bring a release that hosts hold, or `live`, to those that lack it; the files here must be the same.",
            valueName: "id|live"),
        transform: Self.wantedRelease)
    var release: WantedRelease?

    @Flag(name: .customLong("once"), help: "With --limit or --except: run the once_before and once_after steps too.")
    var isOnce = false

    @Flag(
        name: .customLong("allow-downtime"),
        help: "Go on where a drain leaves fewer hosts in service than min_in_service; a single host needs it.")
    var allowsDowntime = false

    @Flag(
        name: .customLong("register"),
        help: "Put a host that the balancer does not hold into it, once it runs the release.")
    var registersHosts = false

    enum Milestone: String, ExpressibleByArgument, CaseIterable {
        case canary
    }

    @Option(
        name: .customLong("until"),
        help: ArgumentHelp(
            "End after the canary, or else the first host, with exit code 15; `deploy approve` goes on.",
            valueName: "canary"))
    var until: Milestone?

    @Flag(help: "Once: make a release of a real directory that stands where the link shall be.")
    var adopt = false

    @Flag(help: "Go on although the commit is older than the one that is live.")
    var force = false

    func validate() throws {
        if release != nil, releaseID != nil {
            throw ValidationError("`--release` and `--release-id` exclude each other: the release has its id already")
        }
    }

    static func wantedRelease(_ text: String) throws -> WantedRelease {
        text == "live" ? .live : .id(try releaseID(text))
    }

    static func releaseID(_ text: String) throws -> ReleaseID {
        guard let id = ReleaseID(text) else {
            throw ValidationError(
                "`\(text)` cannot be a release id: letters, digits and `. _ -`, at most 128, not `current`")
        }
        return id
    }

    func applied(to inventory: Inventory) -> Inventory {
        var inventory = inventory
        if case .id(let id) = release { inventory.release?.fixedID = id }
        if let releaseID { inventory.release?.fixedID = releaseID }
        if allowsDowntime { inventory.rollout.allowsDowntime = true }
        if registersHosts { inventory.rollout.registersHosts = true }
        if until == .canary {
            var canary = inventory.rollout.canary ?? CanaryPolicy()
            canary.next = .approve
            inventory.rollout.canary = canary
        }
        return inventory
    }

    /// What runs once a release has been run when hosts hold it.
    func runsOnceSteps(isLimited: Bool) -> Bool { isOnce || !isLimited && release == nil }
}
