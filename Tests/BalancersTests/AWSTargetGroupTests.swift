import AWSClient
import DeployModel
import HTTPClient
import TestSupport
import Testing

@testable import Balancers

struct AWSTargetGroupTests {
    private func run(
        _ standIn: AWSStandIn, _ body: (AWSTargetGroupBalancer) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.run {
            standIn.reply(to: $0)
        } while: { server in
            try await HTTPClient.withClient { http in
                let surroundings = AWSSurroundings(
                    environment: [
                        "AWS_ACCESS_KEY_ID": "K", "AWS_SECRET_ACCESS_KEY": "S", "AWS_ENDPOINT_URL": server.url,
                    ],
                    readFile: { _ in nil },
                    run: { _ in AWSSurroundings.ProgramResult(status: 1, output: "", errors: "") })
                let clock = AWSClock(now: AWSClock.system.now, sleep: { _ in }, jitter: { 0 })
                let group = AWSTargetGroupConfiguration.Group(name: AWSStandIn.arn)
                try await body(
                    AWSTargetGroupBalancer(
                        AWSTargetGroupConfiguration(groups: [group]),
                        through: AWSAccess(surroundings: surroundings, http: http, clock: clock)))
            }
        }
    }

    private func host(_ name: HostName, _ address: String, target: TargetName = .unstated) -> Host {
        Host(name: name, address: address, target: target)
    }

    private func state(_ target: TargetID, _ balancer: AWSTargetGroupBalancer) async throws -> TargetState {
        try await balancer.snapshot([target.pool]).first { $0.id == target }?.state ?? .absent
    }

    @Test func `the times are the group's own`() async throws {
        try await run(AWSStandIn(instances: ["i-1", "i-2"])) { balancer async throws in
            #expect(try await balancer.preflight() == [])
            #expect(balancer.capabilities.minimumDrain == .seconds(45))
            #expect(balancer.capabilities.defaultDrainTimeout == .seconds(75))
            #expect(balancer.capabilities.defaultEnableTimeout == .seconds(100))
        }
    }

    @Test func `a host is found by its target, its address, and in each case by port too`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.registrations.append(.init(id: "i-2", port: "3001", zone: nil, state: "healthy", reason: nil))
        try await run(standIn) { balancer async throws in
            #expect(try await balancer.resolve(host("a", "10.0.0.1")).map(\.name) == ["i-1:3000"])
            #expect(try await balancer.resolve(host("a", "I-1.example.com")).map(\.name) == ["i-1:3000"])
            #expect(
                try await balancer.resolve(host("a", "x", target: .everywhere("i-2"))).map(\.name)
                    == ["i-2:3000", "i-2:3001"])
            #expect(
                try await balancer.resolve(host("a", "x", target: .byPool(["web": "i-2:3001"]))).map(\.name)
                    == ["i-2:3001"])
            let error = await #expect(throws: DeployError.self) { try await balancer.resolve(host("a", "10.0.0.9")) }
            #expect(error?.code == .notRegistered)
            #expect(error?.evidence.first == "web: i-1:3000 (10.0.0.1)")
        }
    }

    @Test func `a target drains, leaves, comes back and serves, on its own port and in its zone`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.registrations[0].zone = "all"
        try await run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(host("a", "10.0.0.1")).first)
            let prior = try #require(try await balancer.snapshot([target.pool]).first { $0.id == target }?.prior)
            #expect(try await state(target, balancer) == .inService)
            for _ in 1...2 { try await balancer.drain(target) }
            #expect(try await state(target, balancer) == .draining(inFlight: nil))
            standIn.moveOn()
            #expect(try await state(target, balancer) == .absent)
            for _ in 1...2 { try await balancer.enable(target, restoring: prior) }
            #expect(try await state(target, balancer) == .warming("Elb.InitialHealthChecking"))
            standIn.moveOn()
            #expect(try await state(target, balancer) == .inService)
            #expect(standIn.registrations.contains { $0.id == "i-1" && $0.port == "3000" && $0.zone == "all" })
            #expect(standIn.registrations.count == 2)
        }
    }

    @Test func `another run puts back what it never saw, and nobody puts in what was never there`() async throws {
        let standIn = AWSStandIn(instances: ["i-2"])
        try await run(standIn) { balancer async throws in
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
        try await run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(host("a", "10.0.0.1")).first)
            _ = try await state(target, balancer)
            try await balancer.drain(target)
            #expect(try await state(target, balancer) == .draining(inFlight: nil))
            standIn.showOnce(before)
            #expect(try await state(target, balancer) == .unknown("two readings in a row disagree"))
            #expect(try await state(target, balancer) == .draining(inFlight: nil))
        }
    }

    @Test func `a member of an Auto Scaling group goes to standby and back`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.scaling = .init(instances: ["i-1": "InService", "i-2": "InService"], minimum: 1, desired: 2)
        try await run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(host("a", "10.0.0.1")).first)
            for _ in 1...2 { try await balancer.drain(target) }
            standIn.moveOn()
            #expect(try await state(target, balancer) == .absent)
            for _ in 1...2 { try await balancer.enable(target, restoring: TargetPrior()) }
            standIn.moveOn()
            #expect(try await state(target, balancer) == .inService)
            #expect(standIn.calls.filter { $0.hasSuffix("i-1") } == ["EnterStandby i-1", "ExitStandby i-1"])
            #expect(!standIn.calls.contains { $0.hasPrefix("DeregisterTargets") })
        }
    }

    @Test func `an Auto Scaling group at its MinSize is left alone, with the way on`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.scaling = .init(instances: ["i-1": "InService", "i-2": "InService"], minimum: 2, desired: 2)
        try await run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(host("a", "10.0.0.1")).first)
            let error = await #expect(throws: DeployError.self) { try await balancer.drain(target) }
            #expect(error?.code == .belowMinimum)
            #expect(error?.hint?.hasSuffix("--auto-scaling-group-name asg --min-size 1") == true)
            #expect(!standIn.calls.contains("EnterStandby i-1"))
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
        try await run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(host("a", "10.0.0.1")).first)
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
        try await run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(host("a", "10.0.0.1")).first)
            try await balancer.drain(target)
            standIn.moveOn()
            try await balancer.enable(target, restoring: TargetPrior())
            standIn.moveOn()
            #expect(try await state(target, balancer) == .inService)
        }
    }
}
