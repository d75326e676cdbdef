import DeployModel

/// A zonal shift of a target group: AWS goes on calling the targets of a zone healthy and sends them nothing.
///
/// [Zonal shift](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html).
struct ZonalShift {
    let pool: PoolID
    let region: String
    /// Whom it keeps traffic from.
    let shifted: Set<TargetID>
    /// Whom AWS calls healthy, with those among them.
    let serving: Set<TargetID>

    var warnings: [String] {
        guard !shifted.isEmpty else { return [] }
        let list = shifted.sorted().map { "`\($0.name)`" }.joined(separator: ", ")
        return [
            "a zonal shift is active: `\(pool.name)` sends nothing to \(list), although it may call them healthy; "
                + "the last target that still gets traffic is not taken out"
        ]
    }

    /// What stands against taking a target out: all the others that are healthy get no traffic.
    func obstacle(toDraining target: TargetID) -> DeployError? {
        let busy = serving.subtracting(shifted)
        guard !shifted.isEmpty, busy == [target] else { return nil }
        return DeployError(
            .belowMinimum, "`\(target.name)` is the only one that `\(pool.name)` sends traffic to during a zonal shift",
            hint: "wait until the shift has ended; or `aws arc-zonal-shift list-zonal-shifts --region \(region)` names "
                + "it, and `aws arc-zonal-shift cancel-zonal-shift --region \(region) --zonal-shift-id ID` ends it")
    }
}
