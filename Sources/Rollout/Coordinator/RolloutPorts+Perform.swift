import DeployModel

extension RolloutPorts {
    /// Performs one call and answers what came of it, exactly once; a balancer's call by its deadline.
    ///
    /// Where runs are recorded, the record stands before the call is made, and what came of it before it is answered. Where
    /// hosts have dead-man switches, each is set before the call, and the call is not made on a host whose switch has fired.
    func perform(
        _ call: PortCall, hosts: [HostName: Host], answer: @escaping @Sendable (PortAnswer) -> Void
    ) async {
        if let recorder, let error = await recorder.begin(call, events) { return answer(.failed(error)) }
        if let deadMan, let error = await deadMan.begin(call, events) {
            await recorder?.end(call, .failed(error), events)
            return answer(.failed(error))
        }
        guard let deadline = CallDeadline(call, balancer?.capabilities) else {
            return answer(await recordedOutcome(of: call, hosts: hosts))
        }
        await deadline.perform(on: clock, { await recordedOutcome(of: call, hosts: hosts) }, answer: answer)
    }

    private func recordedOutcome(of call: PortCall, hosts: [HostName: Host]) async -> PortAnswer {
        let outcome = await outcome(of: call, hosts: hosts)
        deadMan?.end(call, outcome)
        await recorder?.end(call, outcome, events)
        return outcome
    }

    private func outcome(of call: PortCall, hosts: [HostName: Host]) async -> PortAnswer {
        do throws(DeployError) {
            return try await attempt(call, hosts: hosts)
        } catch {
            return .failed(error)
        }
    }

    private func attempt(_ call: PortCall, hosts: [HostName: Host]) async throws(DeployError) -> PortAnswer {
        switch call {
        case .inspect(let host, let release):
            return .inspected(try await executor(of: host).inspect(release: release))
        case .upload(let host, let release):
            return .uploaded(try await executor(of: host).upload(release))
        case .runSteps(let host, let phase, let release, let previous):
            try await executor(of: host).runSteps(phase, release: release, previous: previous)
        case .switchLink(let host, let release):
            try await executor(of: host).activateLink(to: release)
        case .markGood(let host, let release):
            try await executor(of: host).markGood(release)
        case .markBad(let host, let release):
            try await executor(of: host).markBad(release)
        case .disarm(let host):
            deadMan?.disarm(host, events)
        case .probe(let host, let release):
            guard let probe = probes[host] else { throw missing("health probe", of: host) }
            return .observed(await probe.observe(release: release))

        case .askApproval(let canary):
            return .approved(await approver?.approves(canary) ?? false)
        case .runHook(let call):
            try await hooks?.run(call)

        case .checkBalancer:
            let balancer = try presentBalancer()
            let warnings = try await balancer.preflight()
            return .balancerChecked(warnings, balancer.capabilities)
        case .resolveTargets(let name):
            guard let host = hosts[name] else { throw missing("plan", of: name) }
            return .targets(try await presentBalancer().resolve(host))
        case .takeSnapshot(let pools):
            return .snapshot(try await presentBalancer().snapshot(pools))
        case .drain(_, let targets):
            for target in targets { try await presentBalancer().drain(target) }
        case .force(_, let targets):
            for target in targets { try await presentBalancer().force(target) }
        case .prepareReturn(_, let targets):
            for target in targets { try await presentBalancer().prepareReturn(target) }
        case .enable(_, let restorations):
            for each in restorations { try await presentBalancer().enable(each.target, restoring: each.prior) }
        }
        return .done
    }

    private func executor(of host: HostName) throws(DeployError) -> any HostExecutor {
        guard let executor = executors[host] else { throw missing("executor", of: host) }
        return executor
    }

    private func presentBalancer() throws(DeployError) -> any Balancer {
        guard let balancer else { throw DeployError(.internal, "a balancer was called where there is none") }
        return balancer
    }

    private func missing(_ part: String, of host: HostName) -> DeployError {
        DeployError(.internal, host: host, "no \(part) was given for this host")
    }
}
