import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The checks of ``BalancerConformance``.
struct ConformanceSubject {
    private let fixture: any BalancerFixture
    private let first: Host
    private let others: Set<HostName>
    private let targets: [TargetID]
    private let pools: Set<PoolID>
    private let priors: [TargetID: TargetPrior]

    private var balancer: any Balancer { fixture.balancer }

    init(_ fixture: any BalancerFixture) async throws {
        guard let first = fixture.hosts.first, fixture.hosts.count > 1 else { throw LabError("two hosts are needed") }
        self.fixture = fixture
        self.first = first
        others = Set(fixture.hosts.dropFirst().map(\.name))
        targets = try await fixture.balancer.resolve(first)
        pools = Set(targets.map(\.pool))
        priors = try await fixture.balancer.snapshot(pools).reduce(into: [:]) { $0[$1.id] = $1.prior }
        try await expectEverythingInService()
    }

    func preflightChangesNothing() async throws {
        let before = try await balancer.snapshot(pools)
        _ = try await balancer.preflight()
        let after = try await balancer.snapshot(pools)
        try expect(before.map(\.id) == after.map(\.id), "preflight changed who is registered")
        try expect(
            before.map(\.state.isInRotation) == after.map(\.state.isInRotation), "preflight changed the rotation")
    }

    func everyHostHasTargetsOfItsOwn() async throws {
        var seen: Set<TargetID> = []
        for host in fixture.hosts {
            let targets = try await balancer.resolve(host)
            try expect(!targets.isEmpty, "\(host.name) has no target")
            try expect(targets == targets.sorted(), "the targets of \(host.name) are not in order")
            try expect(seen.isDisjoint(with: targets), "\(host.name) shares a target with another host")
            let again = try await balancer.resolve(host)
            try expect(again == targets, "resolving \(host.name) again gave something else")
            seen.formUnion(targets)
        }
    }

    func aStrangerIsRefused() async throws {
        do {
            let targets = try await balancer.resolve(fixture.stranger)
            throw LabError("a stranger was resolved to \(targets)")
        } catch let error as DeployError {
            try expect(error.code == .notRegistered, "a stranger is refused with \(error.code)")
            try expect(error.hint != nil, "the refusal of a stranger says nothing to do")
        }
    }

    func aSnapshotHoldsWholePools() async throws {
        let expected = try await fixture.hosts.asyncFlatMap { try await balancer.resolve($0) }
        let snapshot = try await balancer.snapshot(pools)
        try expect(
            Set(snapshot.map(\.id)).isSuperset(of: expected.filter { pools.contains($0.pool) }), "one is missing")
        try expect(Set(snapshot.map(\.id.pool)) == pools, "another pool is in the snapshot")
        if let pool = pools.min() {
            let one = try await balancer.snapshot([pool])
            try expect(Set(one.map(\.id.pool)) == [pool], "asked for \(pool), another is in the snapshot")
        }
        let none = try await balancer.snapshot([])
        try expect(none.isEmpty, "asked for nothing, something is in the snapshot")
    }

    func aDrainedHostGetsNothingNew() async throws {
        try await drain()
        try await expectState("drained", Self.isDrained)
        // A balancer that is left alone sends requests for as long as the host listens.
        guard balancer.capabilities.stopsTraffic else { return try await putBack() }
        let answering = try await fixture.hostsAnswering(fixture.hosts.count * 3)
        try expect(answering == others, "while \(first.name) is drained, \(answering) answer")
        try await putBack()
        let back = try await fixture.hostsAnswering(fixture.hosts.count * 5)
        try expect(back.contains(first.name), "\(first.name) is back, but does not answer")
    }

    func aDrainWaitsForWhatIsInFlight() async throws {
        let request = try await fixture.holdRequest(on: first.name)
        try await drain()
        if balancer.capabilities.countsInFlight {
            try await expectStates("draining with one in flight") { states in
                let counts = states.map { if case .draining(let inFlight) = $0 { inFlight ?? 0 } else { 0 } }
                return counts.reduce(0, +) == 1 && states.allSatisfy { !$0.isInRotation }
            }
        } else {
            try await expectState("out of rotation") { !$0.isInRotation }
        }
        let isWhole = try await request.finish()
        try expect(isWhole, "the drain cut a request in flight")
        try await expectState("drained", Self.isDrained)
        try await putBack()
    }

    func drainAndEnableAreIdempotent() async throws {
        for _ in 1...2 { try await drain() }
        try await expectState("drained", Self.isDrained)
        for _ in 1...2 { for target in targets { try await balancer.enable(target, restoring: prior(of: target)) } }
        try await expectState("in service", \.isInRotation)
    }

    func theOthersAreLeftAlone() async throws {
        try await drain()
        let snapshot = try await balancer.snapshot(pools)
        for target in snapshot where !targets.contains(target.id) {
            try expect(target.state.isInRotation, "the drain of \(first.name) made \(target.id) \(target.state)")
        }
        try await putBack()
    }

    func preparingLetsNothingIn() async throws {
        try await drain()
        for target in targets { try await balancer.prepareReturn(target) }
        let answering = try await fixture.hostsAnswering(fixture.hosts.count * 3)
        let isAsExpected = answering == others || !balancer.capabilities.stopsTraffic
        try expect(isAsExpected, "preparing the return of \(first.name) let requests in: \(answering)")
        try await expectState("out of rotation") { !$0.isInRotation }
        for target in targets { try await balancer.enable(target, restoring: prior(of: target)) }
        try await expectState("in service", \.isInRotation)
    }

    func aPriorSurvivesBeingStored() async throws {
        let stored = try JSONEncoder().encode(Array(priors.values))
        let read = try JSONDecoder().decode([TargetPrior].self, from: stored)
        try expect(Set(read) == Set(priors.values), "a prior was changed by being stored")
    }

    func anUnknownTargetIsRefused() async throws {
        guard let pool = pools.min() else { return }
        let unknown = TargetID(pool: pool, name: "nobody")
        for change in [balancer.drain, { try await balancer.enable($0, restoring: TargetPrior()) }] {
            do {
                try await change(unknown)
                throw LabError("a change of an unknown target was accepted")
            } catch let error as DeployError {
                try expect(error.code == .notRegistered, "an unknown target is refused with \(error.code)")
            }
        }
    }

    func forceCutsWhatIsInFlight() async throws {
        guard balancer.capabilities.canForce else { return }
        let request = try await fixture.holdRequest(on: first.name)
        try await drain()
        for target in targets { try await balancer.force(target) }
        try await expectState("drained", Self.isDrained)
        let isWhole = try await request.finish()
        try expect(!isWhole, "a request that was cut came through")
        for target in targets { try await balancer.prepareReturn(target) }
        try await putBack()
    }

    func expectEverythingInService() async throws {
        try await eventually("every target in service", within: .seconds(10)) {
            try await balancer.snapshot(pools).allSatisfy(\.state.isInRotation)
        }
    }

    // MARK: Private

    private func drain() async throws {
        for target in targets { try await balancer.drain(target) }
    }

    private func putBack() async throws {
        for target in targets { try await balancer.enable(target, restoring: prior(of: target)) }
        try await expectState("in service", \.isInRotation)
    }

    private func prior(of target: TargetID) -> TargetPrior { priors[target] ?? TargetPrior() }

    private static func isDrained(_ state: TargetState) -> Bool {
        switch state {
        case .draining(let inFlight): inFlight == 0
        case .out, .absent: true
        case .inService, .assumedInService, .warming, .unhealthy, .unknown: false
        }
    }

    private func expectState(_ what: String, _ isExpected: (TargetState) -> Bool) async throws {
        try await expectStates(what) { $0.allSatisfy(isExpected) }
    }

    private func expectStates(_ what: String, _ areExpected: ([TargetState]) -> Bool) async throws {
        var seen: [TargetState] = []
        do {
            try await eventually("`\(first.name)` \(what)") {
                let snapshot = try await balancer.snapshot(pools)
                seen = targets.map { target in snapshot.first { $0.id == target }?.state ?? .absent }
                return areExpected(seen)
            }
        } catch let error as LabError {
            throw LabError("\(error.message); it is \(seen)")
        }
    }

    private func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        if !condition { throw LabError(what()) }
    }
}

extension Sequence {
    fileprivate func asyncFlatMap<Value>(_ transform: (Element) async throws -> [Value]) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values += try await transform(element) }
        return values
    }
}
