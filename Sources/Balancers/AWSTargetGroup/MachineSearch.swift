import AWSClient
import DeployModel

/// Finds the machine of a host that a target group does not hold: EC2 is asked by the inventory's `target`, by the host's
/// address and by its name.
struct MachineSearch {
    let host: Host
    let connection: TargetGroupConnection

    struct Finding: Sendable {
        var target: ELBv2.Target
        /// `nil` for an address outside EC2.
        var instance: EC2.Instance?
    }

    /// - Returns: the target it would be; `nil` where EC2 knows no such machine that runs.
    /// - Throws: `.ambiguousTarget`.
    func find() async throws(DeployError) -> Finding? {
        if let declared = host.target.id(inPool: connection.group.arn.name) { return try await find(declared) }
        for (key, value) in questions {
            if let instance = try await instance(by: key, value) { return finding(instance, port: nil) }
        }
        return nil
    }

    // MARK: Private

    private func find(_ declared: String) async throws(DeployError) -> Finding? {
        let named = ELBv2.Target(name: declared)
        let id = named?.id ?? declared
        if id.hasPrefix("i-") {
            guard let instance = try await instance(by: .instanceID, id) else { return nil }
            return finding(instance, port: named?.port)
        }
        guard connection.group.targetType == .ip, let port = named?.port ?? connection.group.port else { return nil }
        let instance = try await instance(by: .privateAddress, id)
        return Finding(target: ELBv2.Target(id: id, port: port), instance: instance)
    }

    /// What to ask in which order; an address is not asked for as a name, and the other way round.
    private var questions: [(EC2.Key, String)] {
        let isNumeric = host.address.contains(":") || host.address.allSatisfy { $0.isNumber || $0 == "." }
        let byAddress: [(EC2.Key, String)] =
            isNumeric
            ? [(.privateAddress, host.address), (.publicAddress, host.address)]
            : [(.publicName, host.address), (.privateName, host.address)]
        return byAddress + [(.nameTag, host.name.text)]
    }

    private func instance(by key: EC2.Key, _ value: String) async throws(DeployError) -> EC2.Instance? {
        let found = try await DeployError.fromAWS { () throws(AWSError) in
            try await connection.ec2.instances(by: key, [value])
        }
        let running = found.filter { $0.state == "running" || $0.state == "pending" }
        guard running.count <= 1 else {
            throw DeployError(
                .ambiguousTarget, host: host.name, "several instances are `\(value)` by \(key.rawValue)",
                evidence: running.map(\.id).sorted(), hint: "say which: `target: \(running.map(\.id).min() ?? "")`")
        }
        return running.first
    }

    private func finding(_ instance: EC2.Instance, port: Int?) -> Finding? {
        guard let port = port ?? connection.group.port else { return nil }
        let id = connection.group.targetType == .ip ? instance.privateAddresses.first : instance.id
        return id.map { Finding(target: ELBv2.Target(id: $0, port: port), instance: instance) }
    }
}
