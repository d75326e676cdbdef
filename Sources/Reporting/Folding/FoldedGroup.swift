package import DeployModel

/// Hosts that have something equal: an output, a failure.
package struct FoldedGroup<Value> {
    package var hosts: [HostName]
    package var value: Value

    /// `web-[1-12]`
    package var title: String { HostNameFolding.folded(hosts) }
}

extension FoldedGroup: Sendable where Value: Sendable {}
extension FoldedGroup: Equatable where Value: Equatable {}

extension FoldedGroup {
    /// Groups of hosts whose value has the same key, in the order of their first host; the first value stands for all.
    package static func folding<Key: Hashable>(
        _ values: [(host: HostName, value: Value)], by key: (HostName, Value) -> Key
    ) -> [FoldedGroup] {
        var groups: [FoldedGroup] = []
        var positions: [Key: Int] = [:]
        for (host, value) in values {
            let key = key(host, value)
            if let position = positions[key] {
                groups[position].hosts.append(host)
            } else {
                positions[key] = groups.count
                groups.append(FoldedGroup(hosts: [host], value: value))
            }
        }
        return groups
    }
}
