import DeployModel

/// Who goes first. Hosts that no word tells apart stay in the order given.
struct HostOrder: Sendable, Hashable {
    /// The label whose values are taken one after another.
    private static let zoneLabel = "zone"

    let words: [RolloutPolicy.Ordering]

    /// - Parameter sick: hosts that are not in service; a plan that is made offline knows none.
    func sorted(_ hosts: [Host], sick: Set<HostName> = []) -> [Host] {
        var zones: [String?: Int] = [:]
        for host in hosts where zones[Self.zone(of: host)] == nil { zones[Self.zone(of: host)] = zones.count }
        let ranked = hosts.enumerated().map { position, host in
            let ranks = words.map { word in
                switch word {
                case .unhealthy: sick.contains(host.name) ? 0 : 1
                case .zone: zones[Self.zone(of: host)] ?? 0
                case .inventory: position
                }
            }
            return (host: host, ranks: ranks + [position])
        }
        return ranked.sorted { $0.ranks.lexicographicallyPrecedes($1.ranks) }.map(\.host)
    }

    /// `nil` for a host that is in none; such hosts count as a zone of their own.
    static func zone(of host: Host) -> String? { host.labels[zoneLabel] }
}
