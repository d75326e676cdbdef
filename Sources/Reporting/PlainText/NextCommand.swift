import DeployModel

/// The exact command that a person types next.
struct NextCommand: Hashable {
    var command: String
    /// When or why.
    var purpose: String?

    static func after(_ outcome: RunOutcome, _ invocation: Invocation) -> [NextCommand] {
        let isGood = outcome.ending == .succeeded && outcome.state == .allNew
        guard !isGood else { return [] }
        let out = outcome.hosts.filter { $0.rotation == .outOfRotation }.map(\.host)
        var commands: [NextCommand] = []
        if !out.isEmpty {
            let purpose = out.count == 1 ? "once it serves again" : "once they serve again"
            commands.append(
                NextCommand(command: invocation.command("enable", Invocation.limit(out)), purpose: purpose))
        }
        if outcome.ending == .paused {
            return commands + [
                NextCommand(command: invocation.command("approve"), purpose: "lets the others follow"),
                NextCommand(command: invocation.command("rollback"), purpose: "takes the canary back"),
            ]
        }
        let again: String? =
            switch outcome.state {
            case .allOld, .needsPerson: outcome.ending == .interrupted ? nil : "when the cause is mended"
            case .mixedServing, .allNew: "goes on with the hosts that are left"
            }
        commands.append(NextCommand(command: invocation.whole, purpose: again))
        return commands
    }
}
