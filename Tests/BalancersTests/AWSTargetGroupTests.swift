import DeployModel
import Synchronization
import TestSupport
import Testing

@testable import Balancers

struct AWSTargetGroupTests {
    private let bench = AWSTargetGroupBench()

    @Test func `the times are the group's own`() async throws {
        try await bench.run(AWSStandIn(instances: ["i-1", "i-2"])) { balancer async throws in
            #expect(try await balancer.preflight() == [])
            #expect(balancer.capabilities.minimumDrain == .seconds(45))
            #expect(balancer.capabilities.defaultDrainTimeout == .seconds(75))
            #expect(balancer.capabilities.defaultEnableTimeout == .seconds(100))
        }
    }

    @Test func `a delay that was never changed comes with the command that changes it, where it is waited for`()
        async throws
    {
        let key = "deregistration_delay.timeout_seconds"
        for (end, count) in [(BalancerConfiguration.DrainEnd.state, 1), (.connections, 0)] {
            let standIn = AWSStandIn(instances: ["i-1", "i-2"], attributes: [key: "300"])
            try await bench.run(standIn, until: end) { balancer async throws in
                let warnings = try await balancer.preflight()
                #expect(warnings.count == count)
                #expect(warnings.allSatisfy { $0.hasSuffix("--attributes Key=\(key),Value=30") })
            }
        }
    }

    @Test func `what the group checks is what a host is asked`() async throws {
        try await bench.run(AWSStandIn(instances: ["i-1", "i-2"])) { balancer async throws in
            let health = try #require(try await balancer.healthCheck())
            #expect(health.check == .http(url: ":3000/healthz", headers: [:]))
            #expect(health.expectedStatuses == [200...200, 204...206])
        }
        let mixed = AWSStandIn(instances: ["i-1"])
        mixed.registrations.append(.init(id: "i-1", port: "3001", state: "healthy"))
        try await bench.run(mixed) { balancer async throws in
            let error = await #expect(throws: DeployError.self) { try await balancer.healthCheck() }
            #expect(error?.hint == "declare `health` in the inventory")
        }
    }

    @Test(arguments: [
        (
            ["HealthCheckProtocol": "HTTPS", "ProtocolVersion": "HTTP1"],
            HealthConfiguration.Check.http(url: "https://:3000/healthz", headers: [:])
        ),
        (["HealthCheckProtocol": "HTTP"], .http(url: ":3000/healthz", headers: [:])),
        (["HealthCheckProtocol": "HTTP", "ProtocolVersion": "GRPC"], .tcp(port: 3000)),
        (["HealthCheckProtocol": "TCP"], .tcp(port: 3000)),
    ])
    func `its protocol is the group's too, and like AWS nobody looks at the certificate`(
        settings: [String: String], check: HealthConfiguration.Check
    ) async throws {
        try await bench.run(AWSStandIn(instances: ["i-1"], settings: settings)) { balancer async throws in
            let health = try #require(try await balancer.healthCheck())
            #expect(health.check == check)
            if case .http = check { #expect(!health.verifiesCertificate) }
        }
    }

    @Test func `targets that are no host of the inventory are named beforehand`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2", "i-3"])
        standIn.registrations.append(.init(id: "i-4", port: "3000", state: "draining"))
        try await bench.run(standIn) { balancer async throws in
            #expect(
                try await balancer.preflight() == [
                    "registered in `web` and no host of the inventory, so left as it is: `i-3:3000 (10.0.0.3)`"
                ])
        }
        let all = ["10.0.0.1", "10.0.0.2", "i-3.example.com"].map { bench.host("x", $0) }
        try await bench.run(standIn, of: all) { balancer async throws in
            #expect(try await balancer.preflight() == [])
        }
    }

    @Test func `a zonal shift is warned of, and the last target that gets traffic is not taken out`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.registrations[0].override = "zonal_shift_active"
        try await bench.run(standIn) { balancer async throws in
            let warnings = try await balancer.preflight()
            #expect(warnings.count == 1)
            #expect(warnings.first?.hasPrefix("a zonal shift is active: `web` sends nothing to `i-1:3000`") == true)
            let ids = try await ["10.0.0.1", "10.0.0.2"].asyncMap { try await balancer.resolve(bench.host("a", $0))[0] }
            #expect(try await bench.target(ids[0], balancer)?.obstacle == nil)
            let obstacle = try await bench.target(ids[1], balancer)?.obstacle
            #expect(obstacle?.code == .belowMinimum)
            #expect(obstacle?.hint?.contains("cancel-zonal-shift --region eu-north-1") == true)
            let error = await #expect(throws: DeployError.self) { try await balancer.drain(ids[1]) }
            #expect(error == obstacle)
            standIn.registrations[0].override = "no_override"
            #expect(try await bench.target(ids[1], balancer)?.obstacle == nil)
            try await balancer.drain(ids[1])
        }
    }

    @Test func `a zone that is balanced by itself is a pool of its own`() async throws {
        let standIn = AWSStandIn(
            instances: ["i-1", "i-2"], attributes: ["load_balancing.cross_zone.enabled": "false"])
        try await bench.run(standIn) { balancer async throws in
            #expect(try await balancer.preflight().contains { $0.contains("holds for each zone") })
            let first = try await balancer.resolve(bench.host("a", "10.0.0.1"))
            let second = try await balancer.resolve(bench.host("b", "10.0.0.2"))
            #expect(first.map(\.pool.name) == ["web@eu-north-1a"])
            #expect(second.map(\.pool.name) == ["web@eu-north-1b"])
            let one = try await balancer.snapshot(Set(first.map(\.pool)))
            #expect(one.map(\.id) == first)
            try await balancer.drain(first[0])
            #expect(standIn.calls.last == "DeregisterTargets i-1:3000")
        }
    }

    @Test func `a slow start is waited for, and connections end a drain before the delay does`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"], attributes: ["slow_start.duration_seconds": "40"])
        let lab = Mutex<[String]>([])
        let machines = BalancerHosts(
            shell: { host throws(DeployError) in
                CountingShell(host: host) { script, arguments in
                    lab.withLock { $0.append("\(host): \(arguments.joined())") }
                    return script == ConnectionCount.script ? "0 0 10.0.0.1:3000 10.0.0.7:41234\n" : ""
                }
            }, forwarder: AWSTargetGroupBench.noMachines.forwarder)
        try await bench.run(standIn, until: .connections, machines: machines) { balancer async throws in
            _ = try await balancer.preflight()
            let capabilities = balancer.capabilities
            #expect(capabilities.countsInFlight && capabilities.minimumDrain == nil)
            #expect(capabilities.defaultDrainTimeout == .seconds(75))
            #expect(capabilities.settlePeriod == .seconds(40))
            let id = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            try await balancer.drain(id)
            #expect(try await bench.state(id, balancer) == .draining(inFlight: 1))
            #expect(lab.withLock { $0 } == ["a: ", "a: 3000"])
        }
    }

    @Test func `what no release can mend is an obstacle, and a network balancer's own drain is one of ours`()
        async throws
    {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.registrations[0].state = "unused"
        standIn.registrations[0].reason = "Target.NotInUse"
        try await bench.run(standIn) { balancer async throws in
            let ids = try await ["10.0.0.1", "10.0.0.2"].asyncMap { try await balancer.resolve(bench.host("a", $0))[0] }
            #expect(try await bench.target(ids[0], balancer)?.obstacle?.code == .notInService)
            #expect(try await bench.target(ids[1], balancer)?.obstacle == nil)
            let shown = { standIn.registrations[1].state = "unhealthy.draining" }
            shown()
            #expect(try await bench.state(ids[1], balancer) == .unhealthy("unhealthy.draining"))
            try await balancer.drain(ids[1])
            shown()
            #expect(try await bench.state(ids[1], balancer) == .draining(inFlight: nil))
        }
    }

    @Test func `a host is found by its target, its address, and in each case by port too`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.registrations.append(.init(id: "i-2", port: "3001", zone: nil, state: "healthy", reason: nil))
        try await bench.run(standIn) { balancer async throws in
            #expect(try await balancer.resolve(bench.host("a", "10.0.0.1")).map(\.name) == ["i-1:3000"])
            #expect(try await balancer.resolve(bench.host("a", "I-1.example.com")).map(\.name) == ["i-1:3000"])
            #expect(
                try await balancer.resolve(bench.host("a", "x", target: .everywhere("i-2"))).map(\.name)
                    == ["i-2:3000", "i-2:3001"])
            #expect(
                try await balancer.resolve(bench.host("a", "x", target: .byPool(["web": "i-2:3001"]))).map(\.name)
                    == ["i-2:3001"])
            let error = await #expect(throws: DeployError.self) {
                try await balancer.resolve(bench.host("a", "10.0.0.9"))
            }
            #expect(error?.code == .notRegistered)
            #expect(error?.evidence.first == "web: i-1:3000 (10.0.0.1)")
        }
    }

    @Test func `a target drains, leaves, comes back and serves, on its own port and in its zone`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.registrations[0].zone = "all"
        try await bench.run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            let prior = try #require(try await balancer.snapshot([target.pool]).first { $0.id == target }?.prior)
            #expect(try await bench.state(target, balancer) == .inService)
            for _ in 1...2 { try await balancer.drain(target) }
            #expect(try await bench.state(target, balancer) == .draining(inFlight: nil))
            standIn.moveOn()
            #expect(try await bench.state(target, balancer) == .absent)
            for _ in 1...2 { try await balancer.enable(target, restoring: prior) }
            #expect(try await bench.state(target, balancer) == .warming("Elb.InitialHealthChecking"))
            standIn.moveOn()
            #expect(try await bench.state(target, balancer) == .inService)
            #expect(standIn.registrations.contains { $0.id == "i-1" && $0.port == "3000" && $0.zone == "all" })
            #expect(standIn.registrations.count == 2)
        }
    }

    @Test func `another run puts back what it never saw, and nobody puts in what was never there`() async throws {
        let standIn = AWSStandIn(instances: ["i-2"])
        try await bench.run(standIn) { balancer async throws in
            let pool = PoolID(balancer: "eu-north-1", name: "web")
            let target = TargetID(pool: pool, name: "i-1:3000")
            for change in [balancer.drain, { try await balancer.enable($0, restoring: TargetPrior()) }] {
                let error = await #expect(throws: DeployError.self) { try await change(target) }
                #expect(error?.code == .notRegistered)
            }
            try await balancer.enable(target, restoring: TargetPrior(["target": "i-1:3000"]))
            #expect(standIn.registrations.contains { $0.id == "i-1" && $0.port == "3000" })
        }
    }

    @Test func `one stale reading is not believed`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        let before = standIn.registrations
        try await bench.run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            _ = try await bench.state(target, balancer)
            try await balancer.drain(target)
            #expect(try await bench.state(target, balancer) == .draining(inFlight: nil))
            standIn.showOnce(before)
            #expect(try await bench.state(target, balancer) == .unknown("two readings in a row disagree"))
            #expect(try await bench.state(target, balancer) == .draining(inFlight: nil))
        }
    }

    @Test func `a missing right on the first change changes nothing and names the policy line`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        let said =
            "User: me is not authorized to perform: elasticloadbalancing:DeregisterTargets on resource: \(AWSStandIn.arn)"
        standIn.fail(
            "DeregisterTargets",
            with: .answer(
                403,
                body:
                    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>\(said)</Message></Error></ErrorResponse>")
        )
        let before = standIn.registrations
        try await bench.run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            let error = await #expect(throws: DeployError.self) { try await balancer.drain(target) }
            #expect(error?.code == .balancerDenied)
            #expect(error?.hint?.contains(#""Action": "elasticloadbalancing:DeregisterTargets""#) == true)
            #expect(standIn.registrations == before)
        }
    }

    @Test func `throttling, a 500 and a lost answer are ridden out at every phase`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        let throttled = ScriptedHTTPServer.Reply.answer(
            400, body: "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>")
        for action in [
            "DescribeTargetGroups", "DescribeTargetGroupAttributes", "DescribeTargetHealth", "DescribeInstances",
            "DescribeAutoScalingInstances", "DeregisterTargets", "RegisterTargets",
        ] {
            standIn.fail(action, with: throttled, .answer(500), .raw(""))
        }
        try await bench.run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            try await balancer.drain(target)
            standIn.moveOn()
            try await balancer.enable(target, restoring: TargetPrior())
            standIn.moveOn()
            #expect(try await bench.state(target, balancer) == .inService)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}

/// A shell that answers with what a test says.
private struct CountingShell: RemoteShell {
    let host: HostName
    let answer: @Sendable (_ script: String, _ arguments: [String]) -> String

    func run(
        script: String, arguments: [String], asRoot: Bool, timeout: Duration
    ) async throws(DeployError) -> CommandResult {
        CommandResult(exit: .status(0), standardOutput: answer(script, arguments))
    }
}
