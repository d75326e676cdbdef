import DeployModel
import Testing

@testable import AWSClient
@testable import Balancers

struct MachineHostsTests {
    private func machine(
        _ id: String, name: String?, publicName: String? = nil, publicAddress: String? = nil,
        tags: [String: String] = [:]
    ) -> MachineHosts.Machine {
        var all = tags
        all["Name"] = name
        let instance = EC2.Instance(
            id: id, state: "running", availabilityZone: "eu-west-2a", tags: all, privateAddresses: ["10.0.0.1"],
            publicAddresses: publicAddress.map { [$0] } ?? [],
            dnsNames: (publicName.map { [$0] } ?? []) + ["ip-10-0-0-1.internal"], privateName: "ip-10-0-0-1.internal")
        return MachineHosts.Machine(id: id, instance: instance)
    }

    @Test func `names come from the tag, and who shares one or has none is told apart by the id`() {
        let machines = [
            machine("i-1", name: "web 1"), machine("i-2", name: "asg"), machine("i-3", name: "asg"),
            machine("i-4", name: nil), MachineHosts.Machine(id: "10.9.9.9", instance: nil),
        ]
        let hosts = MachineHosts(naming: AWSHostNaming()).hosts(machines)
        #expect(hosts.map(\.name.text) == ["web-1", "asg-i-2", "asg-i-3", "i-4", "10.9.9.9"])
        #expect(hosts.map(\.target) == ["i-1", "i-2", "i-3", "i-4", "10.9.9.9"].map { .everywhere($0) })
        #expect(hosts.last?.address == "10.9.9.9")
    }

    @Test(arguments: [
        (AWSHostNaming.Address.automatic, "ec2-1.example.com"), (.publicName, "ec2-1.example.com"),
        (.privateAddress, "10.0.0.1"),
    ])
    func `an address is public unless the private one is asked for`(address: AWSHostNaming.Address, expected: String) {
        let one = machine("i-1", name: "a", publicName: "ec2-1.example.com", publicAddress: "18.0.0.1")
        #expect(MachineHosts(naming: AWSHostNaming(address: address)).hosts([one]).map(\.address) == [expected])
    }

    @Test func `without a public name the public address is taken, then the private one`() {
        let machines = [machine("i-1", name: "a", publicAddress: "18.0.0.1"), machine("i-2", name: "b")]
        #expect(MachineHosts(naming: AWSHostNaming()).hosts(machines).map(\.address) == ["18.0.0.1", "10.0.0.1"])
    }

    @Test func `the zone and plain tags are labels`() {
        let one = machine("i-1", name: "a", tags: ["tier": "web", "aws:x": "y", "note": "two words", "": "z"])
        #expect(
            MachineHosts(naming: AWSHostNaming()).hosts([one]).first?.labels == ["zone": "eu-west-2a", "tier": "web"])
    }
}
