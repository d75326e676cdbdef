import DeployModel

/// `lease`: how long a run may vanish before another takes its place, and how long one waits for another.
struct LeaseSection {
    func policy(_ reader: MapReader) -> LeasePolicy {
        LeasePolicy(
            ttl: reader.duration("ttl", atLeast: .seconds(10)) ?? LeasePolicy().ttl,
            wait: reader.duration("wait", atLeast: .zero))
    }
}
