import DeployModel
import InventoryLoading
import Testing

@Suite struct SmallestFileTests {
    @Test func `the smallest useful file loads as written`() throws {
        let inventory = try Fixture.load(
            """
            service: acebook
            ssh:
              user: ec2-user
              identity_file: ~/.ssh/acebook.pem
            hosts:
              web-1: { address: ec2-18-130-1-2.eu-west-2.compute.amazonaws.com }
              web-2: { address: ec2-18-130-1-3.eu-west-2.compute.amazonaws.com }
            balancer:
              haproxy: { socket: /run/haproxy/admin.sock }
            release:
              from: ./
              to: /srv/acebook
            steps:
              prepare:  [{ run: npm ci --omit=dev }]
              activate: [{ restart: acebook }]
            """
        ).inventory

        #expect(inventory.service == "acebook")
        #expect(inventory.path == "/project/hosts.yml")
        #expect(inventory.hosts.map(\.name.text) == ["web-1", "web-2"])
        #expect(
            inventory.hosts.map(\.address) == [
                "ec2-18-130-1-2.eu-west-2.compute.amazonaws.com", "ec2-18-130-1-3.eu-west-2.compute.amazonaws.com",
            ])
        #expect(inventory.hosts.allSatisfy { $0.ssh.user == "ec2-user" && $0.isDeployedTo && $0.target == .unstated })
        #expect(inventory.hosts.first?.ssh.identityFiles == ["~/.ssh/acebook.pem"])
        #expect(inventory.hosts.first?.ssh.knownHostsFiles == nil)
        #expect(inventory.hosts.last?.location == DeployModel.SourceLocation(file: "hosts.yml", line: 7, column: 3))
        #expect(
            inventory.balancer.kind == .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/haproxy/admin.sock"))))
        #expect(inventory.release == ReleaseConfiguration(source: "/project", destination: "/srv/acebook"))
        #expect(inventory.release?.link == "/srv/acebook/current")
        #expect(inventory.steps[.prepare]?.map(\.action) == [.run("npm ci --omit=dev")])
        #expect(inventory.steps[.activate]?.map(\.action) == [.restart(unit: "acebook", .restart)])
        #expect(inventory.steps[.activate]?.map(\.name) == ["restart acebook"])
        #expect(inventory.steps.count == 2)
        #expect(inventory.health == nil)
        #expect(inventory.rollout == RolloutPolicy())
    }
}
