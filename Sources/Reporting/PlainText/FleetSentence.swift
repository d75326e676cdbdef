import DeployModel

/// The state a run leaves the fleet in, in one sentence.
enum FleetSentence {
    static func text(_ outcome: RunOutcome, release: ReleaseID?) -> String {
        let new = release.map { "release \($0)" } ?? "the new release"
        switch outcome.state {
        case .allNew:
            let hosts = outcome.hosts.filter { $0.result != .skipped }
            let count = hosts.count == 1 ? "the host runs" : "all \(hosts.count) hosts run"
            let isBalanced = hosts.contains { $0.rotation == .inRotation }
            return "\(count) \(new)\(isBalanced ? " and \(hosts.count == 1 ? "is" : "are") in rotation" : "")"
        case .allOld:
            let touched = outcome.hosts.filter(\.wasTouched)
            if touched.isEmpty { return "nothing was changed in rotation or in what is live" }
            return "\(HostNameFolding.folded(touched.map(\.host))) \(touched.count == 1 ? "is" : "are")"
                + " back on the release from before and in service"
        case .mixedServing:
            return "releases are mixed, and the fleet is serving\(outside(outcome))"
        case .needsPerson:
            return "a person is needed\(outside(outcome))"
        }
    }

    private static func outside(_ outcome: RunOutcome) -> String {
        let out = outcome.hosts.filter { $0.rotation == .outOfRotation || !$0.isServing }.map(\.host)
        return out.isEmpty ? "" : "; not in service: \(HostNameFolding.folded(out))"
    }
}
