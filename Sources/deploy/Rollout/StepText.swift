import DeployModel

/// The command of a step as a person would type it.
enum StepText {
    static func command(_ step: Step) -> String {
        switch step.action {
        case .run(let line): prefix(step.sudo) + line
        case .script(let path): prefix(step.sudo) + path + " (over stdin)"
        case .restart(let unit, let action): restartPrefix(step.sudo) + "systemctl \(action.rawValue) \(unit)"
        case .local(.shell(let line)): line
        case .local(.argv(let argv)): argv.joined(separator: " ")
        }
    }

    /// Where the SSH user is root, `sudo` is left out.
    private static func restartPrefix(_ sudo: Step.Sudo) -> String {
        sudo == .automatic ? "sudo -n " : prefix(sudo)
    }

    private static func prefix(_ sudo: Step.Sudo) -> String {
        switch sudo {
        case .automatic, .never: ""
        case .root: "sudo -n "
        case .user(let user): "sudo -n -u \(user) "
        }
    }
}
