package import DeployModel

/// Cuts an ordered list of hosts into batches.
package enum BatchSizing {
    /// Up to this many hosts go one at a time where no size is declared.
    private static let smallFleet = 4

    /// The declared sizes, or the default: 1 up to four hosts, else 25 %.
    package static func sizes(declared: [BatchSize], hostCount: Int) -> [BatchSize] {
        guard declared.isEmpty else { return declared }
        return hostCount <= smallFleet ? [.count(1)] : [.percent(25)]
    }

    /// Batches in the order given; one size a batch, the last repeats. A percent is of all the hosts and rounds down,
    /// every batch holds at least one host, and no hosts make no batch.
    package static func batches<Element>(of hosts: [Element], sizes declared: [BatchSize]) -> [[Element]] {
        let sizes = sizes(declared: declared, hostCount: hosts.count)
        return batches(of: hosts, counts: sizes.map { $0.hosts(of: hosts.count) })
    }

    /// Batches of `counts` hosts, the last of which repeats.
    static func batches<Element>(of hosts: [Element], counts: [Int]) -> [[Element]] {
        var remaining = hosts[...]
        var batches: [[Element]] = []
        while !remaining.isEmpty {
            let count = max(1, counts.isEmpty ? 1 : counts[min(batches.count, counts.count - 1)])
            batches.append(Array(remaining.prefix(count)))
            remaining = remaining.dropFirst(count)
        }
        return batches
    }
}
