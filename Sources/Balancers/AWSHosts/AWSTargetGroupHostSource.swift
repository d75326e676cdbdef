import AWSClient
package import DeployModel

/// The machines that are registered in target groups, each as a host that knows its own target.
package struct AWSTargetGroupHostSource: HostSource {
    private let groups: AWSTargetGroupConfiguration
    private let naming: AWSHostNaming
    private let access: AWSAccess

    package init(_ groups: AWSTargetGroupConfiguration, naming: AWSHostNaming, through access: AWSAccess) {
        self.groups = groups
        self.naming = naming
        self.access = access
    }

    package func hosts() async throws(DeployError) -> SourcedHosts {
        let (machines, warnings) = try await DeployError.fromAWS { () throws(AWSError) in try await ask() }
        guard !machines.isEmpty else {
            let names = groups.groups.map { "`\($0.shortName)`" }.joined(separator: ", ")
            throw DeployError(.notRegistered, "no machine that runs is registered in \(names)")
        }
        return SourcedHosts(MachineHosts(naming: naming).hosts(machines), warnings: warnings)
    }

    // MARK: Private

    private func ask() async throws(AWSError) -> (machines: [MachineHosts.Machine], warnings: [String]) {
        let (connections, warnings) = try await TargetGroupConnection.connect(groups, access)
        var machines: [MachineHosts.Machine] = []
        var passedOver: [String] = []
        for connection in connections {
            let targets = try await connection.elb.health(of: connection.group.arn).map(\.target)
            let instances = try await connection.instances(behind: targets)
            for id in Set(targets.map(\.id)).sorted() where !machines.contains(where: { $0.id == id }) {
                let instance = instances.first { $0.id == id || $0.privateAddresses.contains(id) }
                if let instance, instance.state != "running" {
                    passedOver.append("`\(id)` is left out: it is \(ForeignText.line(instance.state))")
                } else {
                    machines.append(MachineHosts.Machine(id: id, instance: instance))
                }
            }
        }
        return (machines, warnings + passedOver)
    }
}
