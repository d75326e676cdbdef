/// How a rollout goes through the fleet, and what it does when a host fails.
package struct RolloutPolicy: Sendable, Hashable {
    package enum FailureReaction: String, Sendable, Hashable, CaseIterable {
        /// The failed host stays out of rotation, and no new host starts.
        case stop
        /// The failed host goes back to the release it had and into rotation.
        case rollbackHost = "rollback_host"
        /// As `rollbackHost`; and when the rollout stops for a failure, every host that runs the new release goes back.
        case rollbackAll = "rollback_all"
    }

    /// What decides who goes first; the earlier word in a list wins over the later.
    package enum Ordering: String, Sendable, Hashable, CaseIterable {
        /// Hosts that are not in service: a repair, and nobody misses them.
        case unhealthy
        /// One zone (label `zone`) after another, as they first appear in the inventory.
        case zone
        /// As the inventory names them.
        case inventory
    }

    package enum Unreachable: String, Sendable, Hashable, CaseIterable {
        /// A host that cannot be reached fails the run before anything is changed.
        case fail
        /// It is left out, and named in the outcome.
        case skip
    }

    package enum Unfinished: String, Sendable, Hashable, CaseIterable {
        /// What an earlier run left in the middle is put in order by this one.
        case takeOver = "take_over"
        /// It keeps this run from beginning.
        case refuse
    }

    /// What becomes of an earlier run whose controller is gone.
    package var unfinished: Unfinished = .takeOver
    /// What a drained host does about a run of which it hears nothing any more.
    package var deadMan: DeadManPolicy = .automatic
    /// One size a batch; the last repeats. Empty: 1 up to four hosts, else 25 %.
    package var batchSizes: [BatchSize]
    package var order: [Ordering]
    /// `nil` for none.
    package var canary: CanaryPolicy?
    package var minInService: MinInService
    /// Hosts that may fail over the whole run; one more stops it.
    package var maxFailures: Int
    package var unreachable: Unreachable
    package var onFailure: FailureReaction
    /// Between batches, not after the last.
    package var wait: Duration
    /// For the whole rollout.
    package var timeout: Duration
    /// Lets a drain of ours leave fewer than `minInService`; set by `--allow-downtime`.
    package var allowsDowntime: Bool
    /// A host that the balancer does not hold yet is put into it once it runs the release; set by `--register`.
    package var registersHosts: Bool

    package init(
        batchSizes: [BatchSize] = [], order: [Ordering] = Ordering.allCases, canary: CanaryPolicy? = nil,
        minInService: MinInService = .automatic, maxFailures: Int = 0,
        unreachable: Unreachable = .fail, onFailure: FailureReaction = .rollbackHost, wait: Duration = .zero,
        timeout: Duration = .seconds(3600), allowsDowntime: Bool = false,
        registersHosts: Bool = false
    ) {
        self.batchSizes = batchSizes
        self.order = order
        self.canary = canary
        self.minInService = minInService
        self.maxFailures = maxFailures
        self.unreachable = unreachable
        self.onFailure = onFailure
        self.wait = wait
        self.timeout = timeout
        self.allowsDowntime = allowsDowntime
        self.registersHosts = registersHosts
    }
}
