import DeployModel

extension SSHHostExecutor {
    /// What the steps that come after the drain will ask of sudo: better refused now.
    var sudoNeeds: [InspectCommand.SudoNeed] {
        let needs = sudoNeeds(of: StepPhase.allCases.flatMap { context.steps[$0] ?? [] })
        let owner = context.configuration.owner.map { [InspectCommand.SudoNeed.chown($0)] } ?? []
        return (needs + owner).reduce(into: []) { unique, need in if !unique.contains(need) { unique.append(need) } }
    }

    func sudoNeeds(of steps: [Step]) -> [InspectCommand.SudoNeed] {
        let placeholders = Placeholders(host: host, release: nil, service: context.service)
        return steps.compactMap { step in
            switch (step.action, step.sudo) {
            case (_, .never), (.local, _): nil
            case (.restart(let unit, let action), .automatic), (.restart(let unit, let action), .root):
                .unit(placeholders.fill(unit), action)
            case (.restart, .user): nil
            case (.run, .root), (.script, .root), (.template, .root), (.sync, .root): .shell(user: "root")
            case (.run, .user(let name)), (.script, .user(let name)), (.template, .user(let name)),
                (.sync, .user(let name)):
                .shell(user: name)
            case (.run, .automatic), (.script, .automatic), (.template, .automatic), (.sync, .automatic): nil
            }
        }
    }
}
