package import DeployModel

/// A balancer in front of real hosts, for ``BalancerConformance``.
package protocol BalancerFixture: Sendable {
    var balancer: any Balancer { get }
    /// At least two, registered, healthy and in service.
    var hosts: [Host] { get }
    /// A host the balancer does not know.
    var stranger: Host { get }

    /// Sends so many new requests through the balancer, each on a connection of its own, and returns who answered.
    ///
    /// - Throws: when one of them fails.
    func hostsAnswering(_ count: Int) async throws -> Set<HostName>

    /// Starts a request through the balancer that stays in progress on this host; returns when it has arrived there.
    func holdRequest(on host: HostName) async throws -> any HeldRequest
}

/// A request in progress.
package protocol HeldRequest: Sendable {
    /// Lets the host answer, and waits for the answer to come through.
    ///
    /// - Returns: whether the whole answer came.
    func finish() async throws -> Bool
}

/// The contract of ``Balancer``, as checks that every driver passes on a real balancer. Each leaves the hosts as it found
/// them.
package enum BalancerConformance: String, Sendable, CaseIterable {
    case preflightChangesNothing
    case everyHostHasTargetsOfItsOwn
    case aStrangerIsRefused
    case aSnapshotHoldsWholePools
    case aDrainedHostGetsNothingNew
    case aDrainWaitsForWhatIsInFlight
    case drainAndEnableAreIdempotent
    case theOthersAreLeftAlone
    case preparingLetsNothingIn
    case aPriorSurvivesBeingStored
    case anUnknownTargetIsRefused
    case forceCutsWhatIsInFlight

    /// Runs every check on one fixture, and names those that failed.
    package static func runAll(on fixture: any BalancerFixture) async throws {
        for check in allCases {
            do {
                try await check.run(on: fixture)
            } catch {
                throw LabError("conformance `\(check.rawValue)`: \(error)")
            }
        }
    }

    package func run(on fixture: any BalancerFixture) async throws {
        let subject = try await ConformanceSubject(fixture)
        switch self {
        case .preflightChangesNothing: try await subject.preflightChangesNothing()
        case .everyHostHasTargetsOfItsOwn: try await subject.everyHostHasTargetsOfItsOwn()
        case .aStrangerIsRefused: try await subject.aStrangerIsRefused()
        case .aSnapshotHoldsWholePools: try await subject.aSnapshotHoldsWholePools()
        case .aDrainedHostGetsNothingNew: try await subject.aDrainedHostGetsNothingNew()
        case .aDrainWaitsForWhatIsInFlight: try await subject.aDrainWaitsForWhatIsInFlight()
        case .drainAndEnableAreIdempotent: try await subject.drainAndEnableAreIdempotent()
        case .theOthersAreLeftAlone: try await subject.theOthersAreLeftAlone()
        case .preparingLetsNothingIn: try await subject.preparingLetsNothingIn()
        case .aPriorSurvivesBeingStored: try await subject.aPriorSurvivesBeingStored()
        case .anUnknownTargetIsRefused: try await subject.anUnknownTargetIsRefused()
        case .forceCutsWhatIsInFlight: try await subject.forceCutsWhatIsInFlight()
        }
        try await subject.expectEverythingInService()
    }
}
