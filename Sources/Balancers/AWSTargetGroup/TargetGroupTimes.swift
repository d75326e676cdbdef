import DeployModel

/// What waiting for target groups takes: their own times, or AWS's defaults before they are known.
struct TargetGroupTimes {
    private let memory: TargetGroupMemory
    private let end: BalancerConfiguration.DrainEnd

    init(_ memory: TargetGroupMemory, until end: BalancerConfiguration.DrainEnd) {
        self.memory = memory
        self.end = end
    }

    var capabilities: BalancerCapabilities {
        let delay = memory.connections.map(\.deregistrationDelay).max()
        let countsConnections = end == .connections
        let slowStart = memory.connections.map(\.slowStart).max() ?? .zero
        // Who is called back before the drain is over may have to wait for its end.
        let rest = countsConnections || memory.scaling.values.contains { !$0.members.isEmpty } ? delay ?? .zero : .zero
        let settle = max(.seconds(5), slowStart)
        return BalancerCapabilities(
            reportsHealth: true, countsInFlight: countsConnections, canForce: false,
            minimumDrain: countsConnections ? nil : delay,
            defaultDrainTimeout: (delay ?? .seconds(300)) + .seconds(30),
            defaultEnableTimeout: (memory.connections.map(\.enableTimeout).max() ?? .seconds(240)) + rest,
            quietPeriod: countsConnections ? .seconds(2) : .milliseconds(200),
            pollInterval: countsConnections ? .seconds(1) : .seconds(2), settlePeriod: settle,
            // A change that AWS throttles is tried again for minutes.
            callTimeout: .seconds(180))
    }
}
