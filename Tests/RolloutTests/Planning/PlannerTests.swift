import DeployModel
import TestSupport
import Testing

@testable import Rollout

struct PlannerTests {
    private func inventory(_ hosts: [Host], batchSizes: [BatchSize] = []) -> Inventory {
        Inventory(
            service: "shop", hosts: hosts,
            release: ReleaseConfiguration(source: "/project/dist", destination: "/srv/shop"),
            steps: [.build: [Step(name: "build", action: .local(.shell("make")))]],
            rollout: RolloutPolicy(batchSizes: batchSizes))
    }

    @Test func `a plan holds the batches, the steps and the policy`() throws {
        let hosts: [Host] = [.named("web-1"), .named("web-2"), .named("web-3")]
        let inventory = inventory(hosts, batchSizes: [.count(2)])
        let plan = try Planner(inventory: inventory).plan(release: .named("r2"), on: hosts, runsOnceSteps: false)
        #expect(plan.batches.map { $0.hosts.map(\.name) } == [["web-1", "web-2"], ["web-3"]])
        #expect(plan.hosts == hosts)
        #expect(plan.steps == inventory.steps)
        #expect(plan.policy == inventory.rollout)
        #expect(plan.release.id == "r2")
        #expect(!plan.runsOnceSteps)
    }

    @Test func `a percent is of the selected hosts, not of the inventory`() throws {
        let hosts = (1...20).map { Host.named(HostName(stringLiteral: "web-\($0)")) }
        let planner = Planner(inventory: inventory(hosts, batchSizes: [.percent(50)]))
        #expect(try planner.batches(of: Array(hosts.prefix(4))).map(\.count) == [2, 2])
    }

    @Test func `one zone goes after another, in the order in which they appear`() throws {
        let hosts: [Host] = [
            .named("a-1", zone: "a"), .named("b-1", zone: "b"), .named("none"), .named("a-2", zone: "a"),
            .named("b-2", zone: "b"),
        ]
        let batches = try Planner(inventory: inventory(hosts)).batches(of: hosts)
        #expect(batches.flatMap(\.self).map(\.name) == ["a-1", "a-2", "b-1", "b-2", "none"])
    }

    @Test func `a canary is the first batch, and the sizes are those of the rest`() throws {
        let hosts = (1...6).map { Host.named(HostName(stringLiteral: "web-\($0)")) }
        var inventory = inventory(hosts, batchSizes: [.count(1), .percent(50)])
        inventory.rollout.canary = CanaryPolicy(
            hosts: try HostSelection(parsing: "web-3"), bake: .seconds(300), next: .approve)
        let plan = try Planner(inventory: inventory).plan(release: .named("r2"), on: hosts)
        #expect(
            plan.batches.map { $0.hosts.map(\.name.text) }
                == [["web-3"], ["web-1"], ["web-2", "web-4", "web-5"], ["web-6"]])
        #expect(plan.canary == Plan.Canary(hosts: ["web-3"], bake: .seconds(300), next: .end))
    }

    @Test func `a selection without the canary goes without one, and the first host is one where none is named`() throws
    {
        let hosts: [Host] = [.named("web-1"), .named("web-2")]
        var inventory = inventory(hosts)
        inventory.rollout.canary = CanaryPolicy(hosts: try HostSelection(parsing: "web-2"))
        #expect(try Planner(inventory: inventory).plan(release: .named("r2"), on: [hosts[0]]).canary == nil)
        inventory.rollout.canary = CanaryPolicy()
        #expect(try Planner(inventory: inventory).plan(release: .named("r2"), on: hosts).canary?.hosts == ["web-1"])
    }

    @Test func `hosts that only drivers talk to are left out`() throws {
        let hosts: [Host] = [.named("lb-1", isDeployedTo: false), .named("web-1")]
        let batches = try Planner(inventory: inventory(hosts)).batches(of: hosts)
        #expect(batches.map { $0.map(\.name) } == [["web-1"]])
    }

    @Test func `an empty selection is refused`() {
        let lonely: [Host] = [.named("lb-1", isDeployedTo: false)]
        let error = #expect(throws: DeployError.self) {
            try Planner(inventory: inventory(lonely)).plan(release: .named("r2"), on: lonely)
        }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func `an inventory without a release cannot be planned`() {
        var inventory = inventory([.named("web-1")])
        inventory.release = nil
        let error = #expect(throws: DeployError.self) {
            try Planner(inventory: inventory).plan(release: .named("r2"), on: inventory.hosts)
        }
        #expect(error?.code == .invalidConfiguration)
    }
}
