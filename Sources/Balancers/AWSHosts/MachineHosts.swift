import AWSClient
import DeployModel

/// Turns machines of AWS into hosts: names, addresses and labels. Pure.
struct MachineHosts {
    struct Machine: Sendable, Hashable {
        /// An instance's id, or an address outside EC2.
        var id: String
        var instance: EC2.Instance?
    }

    let naming: AWSHostNaming

    /// In the order of the machines.
    func hosts(_ machines: [Machine]) -> [SourcedHost] {
        let tags = machines.map { Self.name($0.instance?.tags[naming.nameTag]) }
        return zip(machines, tags).compactMap { machine, tag in
            let isUnique = tag != nil && tags.count { $0 == tag } == 1
            let text = isUnique ? tag : tag.map { "\($0)-\(machine.id)" } ?? machine.id
            guard let text, let name = HostName(text) else { return nil }
            return SourcedHost(
                name: name, address: address(machine), labels: labels(machine), target: .everywhere(machine.id))
        }
    }

    // MARK: Private

    /// A tag as a host's name: what a name cannot hold becomes a hyphen.
    private static func name(_ tag: String?) -> String? {
        guard let tag else { return nil }
        let text = tag.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }
        let trimmed = text.drop { $0 == "-" || $0 == "." }
        return trimmed.isEmpty ? nil : String(trimmed.prefix(100))
    }

    private func address(_ machine: Machine) -> String {
        guard let instance = machine.instance else { return machine.id }
        let privateAddress = instance.privateAddresses.first
        let publicName = instance.dnsNames.first { $0 != instance.privateName }
        switch naming.address {
        case .privateAddress: return privateAddress ?? machine.id
        case .publicName: return publicName ?? machine.id
        case .automatic: return publicName ?? instance.publicAddresses.first ?? privateAddress ?? machine.id
        }
    }

    /// The zone, and the tags that a selection can name.
    private func labels(_ machine: Machine) -> [String: String] {
        var labels = machine.instance?.tags ?? [:]
        labels = labels.filter { key, value in
            key != naming.nameTag && !key.hasPrefix("aws:") && Self.isPlain(key) && Self.isPlain(value)
        }
        labels["zone"] = machine.instance?.availabilityZone
        return labels
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100 && !text.hasPrefix("-")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._/-".contains($0)) }
    }
}
