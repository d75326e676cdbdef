import DeployModel
import Reporting

/// One command of a plan: when, where, and what is run.
struct PlannedCommand: Hashable {
    var phase: String
    var place: String
    var text: String
}

extension PlanPreview {
    /// The commands in the order of a rollout.
    var commands: [PlannedCommand] {
        planned(.build)
            + uploadTexts.map { PlannedCommand(phase: "upload", place: "every host", text: $0) }
            + planned(.prepare) + planned(.onceBefore)
            + drainCalls.map { PlannedCommand(phase: "drain", place: "balancer", text: $0) }
            + planned(.drained)
            + [PlannedCommand(phase: "switch", place: "host by host", text: switchText)]
            + planned(.activate)
            + (inventory.health.map { health in
                [PlannedCommand(phase: "health", place: "host by host", text: PolicyText.check(health.check))]
            } ?? [])
            + planned(.healthy)
            + enableCalls.map { PlannedCommand(phase: "enable", place: "balancer", text: $0) }
            + planned(.onceAfter) + planned(.failed)
    }

    // MARK: Private

    private var uploadTexts: [String] {
        let shared = release.shared.directories + release.shared.files
        let account = accounts.count == 1 ? accounts.first ?? "" : "USER"
        let made =
            hostsAreRoot
            ? [] : ["where it is missing: mkdir, else sudo -n install -d -o \(account) \(release.destination)"]
        return made + ["rsync \(release.source)/ → \(releaseDirectory), unchanged files linked"]
            + (release.environmentFile.map { ["\($0), mode 0600, of the variables of `env` and `secrets`"] } ?? [])
            + (shared.isEmpty ? [] : ["\(shared.joined(separator: ", ")) → \(release.destination)/shared"])
            + (release.owner.map { ["\(hostsAreRoot ? "" : "sudo -n ")chown -R -h -- \($0) \(releaseDirectory)"] } ?? [])
    }

    private var switchText: String {
        switch release.layout {
        case .releases: "\(release.link) → \(releaseDirectory)"
        case .inPlace: "rsync \(releaseDirectory)/ → \(release.destination), on the host"
        }
    }

    private func planned(_ phase: StepPhase) -> [PlannedCommand] {
        (steps[phase] ?? []).map { step in
            let command = StepText.command(step, isRoot: hostsAreRoot)
            let text = step.name == command ? command : "\(step.name): \(command)"
            return PlannedCommand(phase: phase.rawValue, place: phase.place, text: text)
        }
    }
}

extension StepPhase {
    fileprivate var place: String {
        switch self {
        case .build: "here, once"
        case .prepare: "every host"
        case .onceBefore, .onceAfter: "one host, once"
        case .drained, .activate, .healthy: "host by host"
        case .failed: "a host that failed"
        }
    }
}
