import DeployModel

/// The command of a step as a person would type it.
enum StepText {
    /// - Parameter isRoot: the SSH user is root, who needs no `sudo`.
    static func command(_ step: Step, isRoot: Bool) -> String {
        switch step.action {
        case .run(let line): sudo(step.sudo, isRoot, automatic: "") + line
        case .script(let path): sudo(step.sudo, isRoot, automatic: "") + path + " (over stdin)"
        case .restart(let unit, let action):
            sudo(step.sudo, isRoot, automatic: "sudo -n ") + "systemctl \(action.rawValue) \(unit)"
        case .sync(let sync):
            "rsync \(sync.source) → \(sudo(step.sudo, isRoot, automatic: ""))\(sync.destination)"
                + (sync.deletes ? ", what is not there is deleted" : "")
        case .template(let template):
            "\(template.source) → \(sudo(step.sudo, isRoot, automatic: ""))\(template.destination), mode \(template.mode)"
        case .local(.shell(let line)): line
        case .local(.argv(let argv)): argv.joined(separator: " ")
        }
    }

    private static func sudo(_ sudo: Step.Sudo, _ isRoot: Bool, automatic: String) -> String {
        switch sudo {
        case .never: ""
        case .automatic: isRoot ? "" : automatic
        case .root: isRoot ? "" : "sudo -n "
        case .user(let user): "sudo -n -u \(user) "
        }
    }
}
