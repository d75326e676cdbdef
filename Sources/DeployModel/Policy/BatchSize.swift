/// How many hosts are out of rotation together.
package enum BatchSize: Sendable, Hashable {
    case count(Int)
    /// Of the selected hosts, rounded down, at least 1.
    case percent(Int)

    /// The number of hosts for a fleet of `total`; at least 1.
    package func hosts(of total: Int) -> Int {
        switch self {
        case .count(let count): max(1, min(count, max(1, total)))
        case .percent(let percent): max(1, Self.floorPercent(percent, of: total))
        }
    }

    private static func floorPercent(_ percent: Int, of total: Int) -> Int {
        let (product, overflow) = total.multipliedReportingOverflow(by: percent)
        return overflow ? total : product / 100
    }
}

/// How many targets of a pool must stay in rotation and healthy.
package enum MinInService: Sendable, Hashable {
    /// All but one batch, at least 1.
    case automatic
    case count(Int)
    /// Of the registered, rounded up.
    case percent(Int)

    /// The number for a pool of `registered` targets. Capped later at what was in service at the start.
    package func targets(registered: Int, batchSize: Int) -> Int {
        switch self {
        case .automatic: return registered <= 1 ? registered : max(1, registered - batchSize)
        case .count(let count): return max(0, count)
        case .percent(let percent):
            let (product, overflow) = registered.multipliedReportingOverflow(by: percent)
            return overflow ? registered : (product + 99) / 100
        }
    }
}
