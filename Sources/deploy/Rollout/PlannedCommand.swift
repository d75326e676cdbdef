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
        let directory = "\(release.destination)/releases/\(release.fixedID?.text ?? "<id>")"
        let upload = "rsync \(release.source)/ → \(directory), unchanged files linked"
        return planned(.build)
            + [PlannedCommand(phase: "upload", place: "every host", text: upload)]
            + planned(.prepare) + planned(.onceBefore)
            + drainCalls.map { PlannedCommand(phase: "drain", place: "balancer", text: $0) }
            + planned(.drained)
            + [PlannedCommand(phase: "switch", place: "host by host", text: "\(release.link) → \(directory)")]
            + planned(.activate)
            + (inventory.health.map { health in
                [PlannedCommand(phase: "health", place: "host by host", text: PolicyText.check(health.check))]
            } ?? [])
            + planned(.healthy)
            + enableCalls.map { PlannedCommand(phase: "enable", place: "balancer", text: $0) }
            + planned(.onceAfter) + planned(.failed)
    }

    // MARK: Private

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
