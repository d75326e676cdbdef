import DeployModel
import Rollout

/// A release that hosts hold already, as `--release` names it.
enum WantedRelease: Hashable {
    /// What most hosts run.
    case live
    case id(ReleaseID)

    /// Looks it up in what the hosts say.
    func found(in records: [HostRecord]) throws(DeployError) -> FleetRelease {
        switch self {
        case .live: try FleetRelease(liveOn: records)
        case .id(let id): try FleetRelease(id, on: records)
        }
    }

    var text: String {
        switch self {
        case .live: "live"
        case .id(let id): id.text
        }
    }
}
