import DeployModel
import TestSupport
import Testing

@testable import Balancers

/// Instances that belong to an Auto Scaling group, and machines that the target group does not hold.
struct AWSScalingTests {
    private let bench = AWSTargetGroupBench()

    @Test func `a member of an Auto Scaling group goes to standby and back`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.scaling = .init(instances: ["i-1": "InService", "i-2": "InService"], minimum: 1, desired: 2)
        try await bench.run(standIn) { balancer async throws in
            let target = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            for _ in 1...2 { try await balancer.drain(target) }
            standIn.moveOn()
            #expect(try await bench.state(target, balancer) == .absent)
            for _ in 1...2 { try await balancer.enable(target, restoring: TargetPrior()) }
            standIn.moveOn()
            #expect(try await bench.state(target, balancer) == .inService)
            #expect(standIn.calls.filter { $0.hasSuffix("i-1") } == ["EnterStandby i-1", "ExitStandby i-1"])
            #expect(!standIn.calls.contains { $0.hasPrefix("DeregisterTargets") })
        }
    }

    @Test func `how far an Auto Scaling group is above its MinSize is seen beforehand, with the way on`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.scaling = .init(instances: ["i-1": "InService", "i-2": "InService"], minimum: 2, desired: 2)
        try await bench.run(standIn) { balancer async throws in
            _ = try await balancer.preflight()
            let id = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            let floor = try #require(try await bench.target(id, balancer)?.floor)
            #expect(floor.spare == 0)
            let objection = floor.objection(toTaking: 1)
            #expect(objection?.code == .belowMinimum)
            #expect(objection?.hint?.hasSuffix("--auto-scaling-group-name asg --min-size 1") == true)
            let error = await #expect(throws: DeployError.self) { try await balancer.drain(id) }
            #expect(error?.code == .belowMinimum)
            #expect(!standIn.calls.contains("EnterStandby i-1"))
        }
    }

    @Test func `who is in standby already takes no room from the others`() async throws {
        let standIn = AWSStandIn(instances: ["i-2"], others: ["i-1"])
        standIn.scaling = .init(instances: ["i-1": "Standby", "i-2": "InService"], minimum: 0, desired: 1)
        try await bench.run(standIn) { balancer async throws in
            let one = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            let two = try #require(try await balancer.resolve(bench.host("b", "10.0.0.2")).first)
            #expect(try await bench.target(one, balancer)?.floor == nil)
            #expect(try await bench.target(two, balancer)?.floor?.spare == 1)
        }
    }

    @Test func `on its way to standby an instance is called back once it has arrived`() async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"])
        standIn.scaling = .init(instances: ["i-1": "InService", "i-2": "InService"], minimum: 1, desired: 2)
        try await bench.run(standIn) { balancer async throws in
            _ = try await balancer.preflight()
            let id = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            try await balancer.drain(id)
            let error = await #expect(throws: DeployError.self) {
                try await balancer.enable(id, restoring: TargetPrior())
            }
            #expect(error?.message.contains("comes back once it has arrived") == true)
            standIn.moveOn()
            try await balancer.enable(id, restoring: TargetPrior())
            // The way back may take as long as the way out.
            #expect(balancer.capabilities.defaultEnableTimeout == .seconds(100 + 45))
        }
    }

    @Test func `who is in standby before the run is out, and what puts it back can be typed`() async throws {
        let standIn = AWSStandIn(instances: ["i-2"], others: ["i-1"])
        standIn.scaling = .init(instances: ["i-1": "Standby", "i-2": "InService"], minimum: 1, desired: 1)
        try await bench.run(standIn) { balancer async throws in
            let id = try #require(try await balancer.resolve(bench.host("a", "10.0.0.1")).first)
            let target = try await bench.target(id, balancer)
            #expect(target?.state == .out("in standby in the Auto Scaling group `asg`"))
            #expect(
                target?.prior.command
                    == "aws autoscaling exit-standby --region eu-north-1 --auto-scaling-group-name asg --instance-ids i-1"
            )
        }
    }

    @Test(arguments: ["10.0.0.3", "i-3.example.com"])
    func `a machine that the group does not hold is absent, and can be registered`(address: String) async throws {
        let standIn = AWSStandIn(instances: ["i-1", "i-2"], others: ["i-3"])
        try await bench.run(standIn) { balancer async throws in
            let id = try #require(try await balancer.resolve(bench.host("new", address)).first)
            #expect(id.name == "i-3:3000")
            let target = try #require(try await bench.target(id, balancer))
            #expect(target.state == .absent)
            try await balancer.drain(id)
            #expect(!standIn.calls.contains { $0.hasPrefix("DeregisterTargets") })
            try await balancer.enable(id, restoring: target.prior)
            #expect(standIn.registrations.contains { $0.id == "i-3" && $0.state == "initial" })
            standIn.moveOn()
            #expect(try await bench.state(id, balancer) == .inService)
        }
    }
}
