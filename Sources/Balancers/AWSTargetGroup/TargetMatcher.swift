import AWSClient
import DeployModel

/// Finds which of a group's registrations are a host: the inventory's `target`, else the host's address, else its name.
struct TargetMatcher {
    let host: Host
    let pool: PoolID
    let registered: [ELBv2.Target]
    /// What EC2 knows of the machines behind the registrations.
    let instances: [EC2.Instance]

    /// - Returns: every registration of the machine, one for each port; empty where the host is not in this group.
    /// - Throws: `.ambiguousTarget` where two machines answer to the host's address or name.
    func matches() throws(DeployError) -> [ELBv2.Target] {
        if let declared = host.target.id(inPool: pool.name) {
            return registered.filter { $0.id == declared || $0.name == declared }
        }
        let direct = registered.filter { $0.id == host.address || $0.id == host.name.text }
        if !direct.isEmpty { return direct }
        for isSame in [hasAddress, hasName] {
            let found = instances.filter(isSame)
            let targets = registered.filter { target in found.contains { Self.isMachine($0, behind: target) } }
            let machines = Set(targets.map(\.id))
            if machines.count > 1 {
                throw DeployError(
                    .ambiguousTarget, host: host.name, "several targets of `\(pool)` are this host by address or name",
                    evidence: targets.map(\.name).sorted(),
                    hint: "say which: `target: \(targets.map(\.id).min() ?? "")`")
            }
            if !targets.isEmpty { return targets }
        }
        return []
    }

    /// The registrations with what they are called, for a message.
    var candidates: [String] { Self.descriptions(of: registered, instances) }

    /// The first targets by name, each with what people call its machine.
    static func descriptions(of targets: [ELBv2.Target], _ instances: [EC2.Instance]) -> [String] {
        targets.sorted { $0.name < $1.name }.prefix(20).map { target in
            let instance = instances.first { isMachine($0, behind: target) }
            let names = [instance?.tags["Name"], instance?.privateAddresses.first, instance?.publicAddresses.first]
            let words = names.compactMap(\.self).map(ForeignText.line)
            return target.name + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
        }
    }

    // MARK: Private

    private static func isMachine(_ instance: EC2.Instance, behind target: ELBv2.Target) -> Bool {
        instance.id == target.id || instance.privateAddresses.contains(target.id)
    }

    private func hasAddress(_ instance: EC2.Instance) -> Bool {
        let address = host.address.lowercased()
        return (instance.publicAddresses + instance.privateAddresses + instance.dnsNames).contains {
            $0.lowercased() == address
        }
    }

    private func hasName(_ instance: EC2.Instance) -> Bool { instance.tags["Name"] == host.name.text }
}
