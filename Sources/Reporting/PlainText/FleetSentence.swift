import DeployModel

/// The state a run leaves the fleet in, in one sentence.
enum FleetSentence {
    static func text(_ outcome: RunOutcome, _ start: RunStarted?) -> String {
        switch outcome.state {
        case .allNew:
            let hosts = outcome.hosts.filter { $0.result != .skipped }
            switch start?.purpose ?? .rollout {
            case .drain: return "\(isOrAre(hosts.map(\.host))) out of rotation"
            case .enable: return "\(isOrAre(hosts.map(\.host))) in rotation"
            case .abort: return "\(isOrAre(hosts.map(\.host))) in order and in service"
            case .restart: return "\(isOrAre(hosts.map(\.host))) restarted and in service"
            case .rollout, .rollback: return updated(hosts, start?.release)
            }
        case .allOld:
            let touched = outcome.hosts.filter(\.wasTouched)
            if touched.isEmpty { return "nothing was changed in rotation or in what is live" }
            return "\(isOrAre(touched.map(\.host))) back on the release from before and in service"
        case .mixedServing:
            let next = outcome.ending == .paused ? "; the other hosts wait for an approval" : ""
            return "releases are mixed, and the fleet is serving\(outside(outcome))\(next)"
        case .needsPerson:
            return "a person is needed\(outside(outcome))"
        }
    }

    private static func updated(_ hosts: [HostOutcome], _ release: ReleaseID?) -> String {
        // The same content may be live under an earlier id.
        let live = Set(hosts.map(\.after))
        let id = live.count == 1 ? live.first ?? release : release
        let what = id.map { "release \($0)" } ?? "the new release"
        let already = hosts.contains(where: \.wasTouched) ? "" : " already"
        let isBalanced = hosts.contains { $0.rotation == .inRotation }
        let place = isBalanced ? " and \(hosts.count == 1 ? "is" : "are") in rotation" : ""
        switch hosts.count {
        case 1: return "the host\(already) runs \(what)\(place)"
        case 2: return "both hosts\(already) run \(what)\(place)"
        default: return "all \(hosts.count) hosts\(already) run \(what)\(place)"
        }
    }

    private static func isOrAre(_ hosts: [HostName]) -> String {
        "\(HostNameFolding.folded(hosts)) \(hosts.count == 1 ? "is" : "are")"
    }

    private static func outside(_ outcome: RunOutcome) -> String {
        let out = outcome.hosts.filter { $0.rotation == .outOfRotation || !$0.isServing }.map(\.host)
        return out.isEmpty ? "" : "; not in service: \(HostNameFolding.folded(out))"
    }
}
