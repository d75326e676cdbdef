package import DeployModel
import Synchronization

/// A probe that sees what it is told to see: one observation after another, the last for ever.
package final class ScriptedProbe: HealthProbe {
    private let observations: Mutex<[HealthObservation]>

    package init(_ observations: [HealthObservation]) {
        precondition(!observations.isEmpty, "a probe sees something")
        self.observations = Mutex(observations)
    }

    /// Good from the beginning.
    package convenience init() {
        self.init([HealthObservation(isHealthy: true, detail: "200 in 2 ms")])
    }

    package func observe(release: ReleaseID?) async -> HealthObservation {
        observations.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}
