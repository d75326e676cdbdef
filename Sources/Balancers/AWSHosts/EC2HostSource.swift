import AWSClient
package import DeployModel

/// The running instances that carry certain tags.
package struct EC2HostSource: HostSource {
    private let configuration: EC2SourceConfiguration
    private let access: AWSAccess

    package init(_ configuration: EC2SourceConfiguration, through access: AWSAccess) {
        self.configuration = configuration
        self.access = access
    }

    package func hosts() async throws(DeployError) -> SourcedHosts {
        let (instances, warnings) = try await DeployError.fromAWS { () throws(AWSError) in try await ask() }
        guard !instances.isEmpty else {
            let tags = configuration.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            throw DeployError(.notRegistered, "no instance that runs has the tags `\(tags.joined(separator: ", "))`")
        }
        let machines = instances.sorted { $0.id < $1.id }.map { MachineHosts.Machine(id: $0.id, instance: $0) }
        return SourcedHosts(MachineHosts(naming: configuration.naming).hosts(machines), warnings: warnings)
    }

    // MARK: Private

    private func ask() async throws(AWSError) -> (instances: [EC2.Instance], warnings: [String]) {
        let caller = try AWSCaller(
            access.surroundings, http: access.http, region: configuration.region, clock: access.clock)
        var region = configuration.region
        if region == nil { region = await caller.region() }
        guard let region else {
            throw AWSError(
                .settings, "there is no AWS region to look for instances in",
                hint: "write `region` beside `tags`, or set AWS_REGION")
        }
        let ec2 = EC2(try caller.client(.ec2, region: region))
        let running = EC2.Filter(name: "instance-state-name", values: ["running"])
        let tags = configuration.tags.sorted { $0.key < $1.key }
            .map { EC2.Filter(name: "tag:\($0.key)", values: [$0.value]) }
        return (try await ec2.instances(tags + [running]), caller.warnings)
    }
}
