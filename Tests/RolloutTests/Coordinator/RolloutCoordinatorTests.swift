import DeployModel
import TestSupport
import Testing

@testable import Rollout

struct RolloutCoordinatorTests {
    @Test func `a rollout goes through the ports in order and ends with one last event`() async {
        let fixture = CoordinatorFixture()
        let outcome = await fixture.run()
        #expect(outcome.ending == .succeeded)
        #expect(outcome.state == .allNew)
        #expect(
            fixture.log.sentences.filter { !$0.contains("inspect") && !$0.contains("upload") } == [
                "balancer: drain web-1", "web-1: switch to r2", "web-1: run activate of r2",
                "balancer: prepare the return of web-1", "balancer: enable web-1", "web-1: mark r2 good",
                "balancer: drain web-2", "web-2: switch to r2", "web-2: run activate of r2",
                "balancer: prepare the return of web-2", "balancer: enable web-2", "web-2: mark r2 good",
            ])
        #expect(fixture.sink.kinds.last == .runFinished(outcome))
        #expect(fixture.sink.events.map(\.sequence) == Array(1...fixture.sink.events.count))
    }

    @Test func `what a port throws becomes part of the outcome`() async {
        let fixture = CoordinatorFixture(
            executorErrors: ["run activate of r2": DeployError(.stepFailed, "`systemctl restart shop` ended with 1")])
        let outcome = await fixture.run()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].reason?.message == "`systemctl restart shop` ended with 1")
        #expect(fixture.executors["web-1"]?.liveRelease == "r1")
        #expect(fixture.balancer.state(of: "web-1") == .inService)
    }

    @Test func `a release that is not healthy is rolled back`() async {
        let bad = HealthObservation(isHealthy: false, detail: "503, expected 200")
        let good = HealthObservation(isHealthy: true, detail: "200 in 2 ms")
        let fixture = CoordinatorFixture(probe: ScriptedProbe(Array(repeating: bad, count: 6) + [good]))
        let outcome = await fixture.run()
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].reason?.code == .unhealthy)
        #expect(fixture.executors["web-1"]?.liveRelease == "r1")
    }

    @Test func `a balancer that fails now and then is asked again`() async {
        let lost = DeployError(.balancerUnreachable, "no answer from the socket")
        let fixture = CoordinatorFixture(
            balancerErrors: ["snapshot": [lost], "drain web-1": [lost], "enable web-2": [lost, lost]])
        #expect(await fixture.run().state == .allNew)
    }

    @Test func `an interrupt before any traffic is moved cancels what is under way`() async throws {
        let point = HoldingPoint()
        let fixture = CoordinatorFixture(holdingPoints: ["upload r2": point])
        let outcome = try await fixture.run(when: point) { fixture.coordinator.interrupt() }
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .allOld)
        #expect(point.isCancelled)
    }

    @Test func `an interrupt after the switch lets the host in hand finish`() async throws {
        let point = HoldingPoint()
        let fixture = CoordinatorFixture(holdingPoints: ["run activate of r2": point])
        let outcome = try await fixture.run(when: point) {
            fixture.coordinator.interrupt()
            point.open()
        }
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.after) == ["r2", "r1"])
        #expect(fixture.balancer.state(of: "web-1") == .inService)
        #expect(!point.isCancelled)
    }

    @Test func `an immediate interrupt cancels what is under way and says what is left`() async throws {
        let point = HoldingPoint()
        let fixture = CoordinatorFixture(holdingPoints: ["run activate of r2": point])
        let outcome = try await fixture.run(when: point) {
            fixture.coordinator.interrupt()
            fixture.coordinator.interrupt(.immediate)
        }
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[0].rotation == .outOfRotation)
        #expect(point.isCancelled)
    }

    @Test func `a cancelled caller is an interrupt, and the host in hand still finishes`() async throws {
        let point = HoldingPoint()
        let fixture = CoordinatorFixture(holdingPoints: ["run activate of r2": point])
        let outcome = try await withThrowingTaskGroup(of: RunOutcome.self) { group in
            group.addTask { await fixture.coordinator.run() }
            try await eventually("the host to be activated") {
                fixture.clock.advanceToNextDeadline()
                return point.isReached
            }
            group.cancelAll()
            point.open()
            return try await eventually("the rollout to end") { () -> RunOutcome? in
                fixture.clock.advanceToNextDeadline()
                guard case .runFinished(let outcome)? = fixture.sink.kinds.last else { return nil }
                return outcome
            }
        }
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .mixedServing)
        #expect(fixture.balancer.state(of: "web-1") == .inService)
        #expect(!point.isCancelled)
    }

    @Test func `a port that was not given is an error, not a crash`() async {
        let fixture = CoordinatorFixture(missing: ["web-2"])
        let outcome = await fixture.run()
        #expect(outcome.ending == .failed)
        #expect(outcome.hosts[1].reason?.code == .internal)
    }

    @Test func `a timer that fires far too late tells of a clock that jumped`() async throws {
        let point = HoldingPoint()
        let fixture = CoordinatorFixture(holdingPoints: ["run activate of r2": point])
        async let outcome = fixture.coordinator.run()
        try await eventually("the host to be activated") {
            fixture.clock.advanceToNextDeadline()
            return point.isReached
        }
        // The rollout's own timeout is the one timer that is set.
        fixture.clock.advance(by: .seconds(7200))
        point.open()
        try await eventually("the rollout to end") {
            fixture.clock.advanceToNextDeadline()
            if case .runFinished? = fixture.sink.kinds.last { return true } else { return false }
        }
        _ = await outcome
        let jumps = fixture.sink.kinds.filter {
            if case .warning(nil, let message) = $0 { message.contains("the clock jumped") } else { false }
        }
        #expect(!jumps.isEmpty)
    }

    @Test func `a drain for maintenance goes through the same ports`() async throws {
        let log = PortLog()
        let names: [HostName] = ["web-1", "web-2"]
        let balancer = FakeBalancer(hosts: names, log: log)
        let inventory = Inventory(
            service: "shop", hosts: names.map { Host.named($0) },
            balancer: BalancerConfiguration(kind: .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/socket")))))
        let clock = ManualClock()
        let sink = RecordingSink()
        let coordinator = RolloutCoordinator(
            maintenance: try MaintenancePlan(purpose: .drain, of: [.named("web-1")], in: inventory), run: "run-1",
            ports: RolloutPorts(
                executors: [:], balancer: balancer, probes: [:], clock: clock,
                events: EventLog(clock: clock, sinks: [sink])))
        let outcome = await clock.running { await coordinator.run() }
        #expect(outcome.ending == .succeeded)
        #expect(log.sentences == ["balancer: drain web-1"])
        #expect(balancer.state(of: "web-1") == .draining(inFlight: 0))
    }
}
