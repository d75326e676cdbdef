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
        var commands = planned(.build)
        let id = release.fixedID?.text ?? "<id>"
        commands.append(
            PlannedCommand(
                phase: "upload", place: "every host",
                text: "rsync \(release.source)/ → \(release.destination)/releases/\(id), unchanged files linked"))
        commands += planned(.prepare) + planned(.onceBefore) + balancerCalls("drain", { _ in [] })
        commands += planned(.drained)
        commands.append(
            PlannedCommand(
                phase: "switch", place: "host by host", text: "\(release.link) → \(release.destination)/releases/\(id)")
        )
        commands += planned(.activate)
        if let health = inventory.health {
            commands.append(
                PlannedCommand(phase: "health", place: "host by host", text: PolicyText.check(health.check)))
        }
        commands += planned(.healthy) + balancerCalls("enable", { _ in [] }) + planned(.onceAfter)
        return commands + planned(.failed)
    }

    // MARK: Private

    private func planned(_ phase: StepPhase) -> [PlannedCommand] {
        (steps[phase] ?? []).map { step in
            let command = StepText.command(step)
            let text = step.name == command ? command : "\(step.name): \(command)"
            return PlannedCommand(phase: phase.rawValue, place: phase.place, text: text)
        }
    }

    private func balancerCalls(
        _ phase: String, _ calls: (BalancerConfiguration) -> [String]
    ) -> [PlannedCommand] {
        calls(inventory.balancer).map { PlannedCommand(phase: phase, place: "balancer", text: $0) }
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
