package import DeployModel
import SSHTransport
import Synchronization

extension SSHHostExecutor {
    package func armDeadMan(
        restoring previous: ReleaseID, from release: ReleaseID, after time: Duration
    ) async throws(DeployError) {
        let inventory = try await scripts.list(layout)
        remember(inventory)
        guard let target = inventory.linkTarget(for: previous, layout) else {
            throw DeployError(.invalidRelease, host: host.name, "the host does not hold release `\(previous)`")
        }
        let activate = (context.steps[.activate] ?? []).filter { context.isMeant($0, for: host.name) }
        let rejoin = context.rejoinSteps(of: host.name)
        let place = place(of: .activate, release: previous, previous: release)
        let parts = { [runner] (steps: [Step]) throws(DeployError) in
            var parts: [DeadManProgram.Part] = []
            for step in steps { parts.append(try runner.part(step, at: place)) }
            return parts
        }
        let program = DeadManProgram(
            layout: layout, run: context.run, previous: previous, linkTarget: target,
            activate: try parts(activate), rejoin: try parts(rejoin))
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        try await setDeadMan(
            DeadManCommands.arm(
                program, service: context.service, suffix: suffix, after: time, user: user,
                sudo: sudoNeeds(of: activate + rejoin), layout), timeout: .seconds(60))
        armedTime.withLock { $0 = time }
    }

    package func orderDeadMan(_ order: DeadManOrder, within time: Duration) async throws(DeployError) {
        try await setDeadMan(DeadManCommands.order(order, run: context.run, within: time, layout))
    }

    package func disarmDeadMan() async throws(DeployError) {
        armedTime.withLock { $0 = nil }
        try await setDeadMan(DeadManCommands.disarm(run: context.run, layout))
    }

    /// The script that switches the link, on a host whose switch is armed only where that has not fired by then.
    func switchLink(to target: String) -> ShellScript {
        let script = LinkCommands.switchLink(to: target, layout)
        guard let time = armedTime.withLock({ $0 }) else { return script }
        return DeadManCommands.order(.restore, run: context.run, within: time, layout).then(script)
    }

    /// Why nothing may be done on the host any more, if that is what a script says that begins with an order.
    func deadManRefusal(_ result: CommandResult) -> DeployError? {
        switch result.exit {
        case .status(DeadManCommands.statusOfFired): .deadManFired(on: host.name)
        case .status(DeadManCommands.statusOfGone):
            DeployError(
                .deadManFired, host: host.name,
                "somebody else has taken over the host: the dead-man switch of this run is not there any more",
                hint: "`deploy status` shows what it is now; `deploy history`, whose doing that is")
        default: nil
        }
    }

    // MARK: Private

    private func setDeadMan(_ script: ShellScript, timeout: Duration = .seconds(20)) async throws(DeployError) {
        let result = try await channel.run(
            script, timeout: timeout, idleTimeout: nil, isRepeatable: true, output: nil)
        guard !result.isSuccess else { return }
        let said = EvidenceTail.lines(of: result.standardError)
        if let refusal = deadManRefusal(result) { throw refusal }
        throw DeployError(
            .commandFailed, host: host.name, said.last ?? "the host's answer was \(result.exit)", evidence: said)
    }
}
