import DeployModel
import Reporting
import TestSupport
import Testing

@testable import deploy

struct PlanPreviewTests {
    @Test func `a plan shows hosts, batches, phases, commands and what to know`() throws {
        var inventory = Self.inventory(hosts: 2)
        inventory.balancer = BalancerConfiguration(
            kind: .haproxy(HAProxyConfiguration(hosts: ["lb-1"], socket: .unix(path: "/run/haproxy.sock"))))
        inventory.health = HealthConfiguration(
            check: .http(url: ":3000/healthz", headers: [:]), healthyFor: .seconds(10))
        inventory.steps = [
            .build: [Step(name: "npm run build", action: .local(.shell("npm run build")))],
            .prepare: [Step(name: "dependencies", action: .run("npm ci"))],
            .onceBefore: [Step(name: "migrate", action: .run("npm run migrate"))],
            .activate: [Step(name: "restart acebook", action: .restart(unit: "acebook", .restart))],
        ]
        let preview = try PlanPreview(
            inventory, hosts: inventory.hosts, runsOnceSteps: true, Self.surroundings(sourceExists: false))
        #expect(
            text(preview.lines) == """
                plan: acebook to 2 hosts in 2 batches; nothing was contacted

                release     /project/dist → /srv/acebook/releases/<id>
                live as     /srv/acebook/current
                balancer    HAProxy at /run/haproxy.sock on lb-1, every backend that holds the host; drain timeout auto, then put back
                health      GET :3000/healthz: 2 good in a row within 1 min, and good for 10 s
                in service  at least 1 of 2 while a batch is out (min_in_service: all but one batch)
                time        at least 20 s of health checks and waits, at most 1 h (rollout.timeout)
                on failure  the host goes back to its release and into rotation; the first failure starts no new host
                dead man    after 3 min 10 s hosts in the middle go back to the release they had, out of rotation

                batch  host   upload  prepare  drain  drained  switch  activate  health  healthy  enable  left in service
                1      web-1  rsync   1 step   yes    -        yes     1 step    yes     -        yes     1 of 2
                2      web-2  rsync   1 step   yes    -        yes     1 step    yes     -        yes     1 of 2

                phase        where           command
                build        here, once      npm run build
                upload       every host      where it is missing: mkdir, else sudo -n install -d -o app /srv/acebook
                upload       every host      rsync /project/dist/ → /srv/acebook/releases/<id>, unchanged files linked
                prepare      every host      dependencies: npm ci
                once_before  one host, once  migrate: npm run migrate
                drain        balancer        set drain
                switch       host by host    /srv/acebook/current → /srv/acebook/releases/<id>
                activate     host by host    restart acebook: sudo -n systemctl restart acebook
                health       host by host    GET :3000/healthz
                enable       balancer        set ready

                note: `/project/dist` does not exist yet: the `build` steps have to make it

                """)
    }

    @Test func `what a person should think about is noted`() throws {
        var inventory = Self.inventory(hosts: 2)
        inventory.isProtected = true
        inventory.steps = [.onceAfter: [Step(name: "contract", action: .run("npm run contract"))]]
        let preview = try PlanPreview(
            inventory, hosts: Array(inventory.hosts.prefix(1)), runsOnceSteps: false,
            Self.surroundings(sourceExists: false))
        #expect(
            preview.notes == [
                "there is no `balancer`: each host's service is down while it restarts in place",
                "there is no `health` check: a host counts as healthy once its steps have succeeded",
                "`once_before` and `once_after` do not run with --limit or --except; --once runs them",
                "`/project/dist` does not exist, and no `build` step makes it",
                "the inventory is `protected`: without a terminal --yes is needed",
            ])
        #expect(preview.steps.isEmpty)
    }

    @Test func `without a balancer no count of hosts in service is promised`() throws {
        let inventory = Self.inventory(hosts: 1)
        let preview = try PlanPreview(
            inventory, hosts: inventory.hosts, runsOnceSteps: true, Self.surroundings(sourceExists: true))
        let plan = text(preview.lines)
        #expect(plan.contains("\nin service  not watched: without a balancer nobody counts who serves\n"), "\(plan)")
        #expect(!plan.contains("at least 1 of 1"))
    }

    @Test func `waits that last longer than the rollout may are noted`() throws {
        var inventory = Self.inventory(hosts: 3)
        inventory.health = HealthConfiguration(check: .tcp(port: 3000), healthyFor: .seconds(60))
        inventory.rollout.wait = .seconds(30)
        inventory.rollout.timeout = .seconds(200)
        let preview = try PlanPreview(
            inventory, hosts: inventory.hosts, runsOnceSteps: true, Self.surroundings(sourceExists: true))
        #expect(preview.shortestDuration == .seconds(3 * 60 + 2 * 30))
        #expect(
            preview.notes.contains(
                "health checks and waits alone take 4 min, and `rollout.timeout` ends the rollout after 3 min 20 s"))
    }

    @Test(arguments: [
        (false, "a batch of 1 leaves 0 of 1 in service, `min_in_service` is 1: refused without --allow-downtime"),
        (true, "a batch of 1 leaves 0 of 1 in service, `min_in_service` is 1: going on with --allow-downtime"),
    ])
    func `a host that is alone behind a balancer cannot be drained by accident`(isAllowed: Bool, note: String) throws {
        var inventory = Self.inventory(hosts: 1)
        inventory.balancer = BalancerConfiguration(
            kind: .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/haproxy.sock"))))
        inventory.rollout.allowsDowntime = isAllowed
        let preview = try PlanPreview(
            inventory, hosts: inventory.hosts, runsOnceSteps: true, Self.surroundings(sourceExists: true))
        #expect(preview.notes.first == note)
    }

    @Test func `the plan as JSON holds the same`() throws {
        let inventory = Self.inventory(hosts: 1)
        let preview = try PlanPreview(
            inventory, hosts: inventory.hosts, runsOnceSteps: true, Self.surroundings(sourceExists: true))
        #expect(
            preview.json.text
                == #"{"service":"acebook","release":{"from":"/project/dist","to":"/srv/acebook","#
                + #""link":"/srv/acebook/current","layout":"releases","from_exists":true},"batches":[["web-1"]],"#
                + #""left_in_service":[0],"fleet":1,"time":{"at_least":"0 ms","at_most":"1 h"},"balancer":"none","dead_man":"after 2 min hosts in the middle go back to the release they had","secrets":[],"health":"none","commands":[{"phase":"upload","where":"every host","command":"where it is missing: mkdir, else sudo -n install -d -o app /srv/acebook"},{"phase":"upload","where":"every host","#
                + #""command":"rsync /project/dist/ → /srv/acebook/releases/<id>, unchanged files linked"},"#
                + #"{"phase":"switch","where":"host by host","#
                + #""command":"/srv/acebook/current → /srv/acebook/releases/<id>"}],"notes":["#
                + #""there is no `balancer`: each host's service is down while it restarts in place","#
                + #""there is no `health` check: a host counts as healthy once its steps have succeeded"]}"#)
    }

    static func inventory(hosts count: Int) -> Inventory {
        let hosts = (1...count).map { number in
            Host.named(HostName("web-\(number)") ?? "web")
        }
        return Inventory(
            service: "acebook", hosts: hosts + [.named("lb-1", isDeployedTo: false)],
            release: ReleaseConfiguration(source: "/project/dist", destination: "/srv/acebook"))
    }

    private static func surroundings(sourceExists: Bool) -> PlanPreview.Surroundings {
        PlanPreview.Surroundings(
            directoryExists: { _ in sourceExists }, user: { _ in "app" },
            balancerCalls: { $0.kind == .none ? ([], [], []) : (["set drain"], ["set ready"], []) })
    }

    private func text(_ lines: [StyledLine]) -> String {
        lines.map { $0.rendered(.plain, Redactor([])) + "\n" }.joined()
    }
}
