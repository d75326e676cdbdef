package import DeployModel

/// Runs hooks as programs on this machine.
///
/// A hook gets a clean environment with what the run says of itself, and none of the secrets: they are for the hosts.
package struct LocalHooks: RolloutHooks {
    /// The moments that have a hook.
    package let moments: Set<HookMoment>
    private let configuration: HookConfiguration
    private let environment: ChildEnvironment
    private let variables: [String: String]
    /// An event as a line of JSON.
    private let encode: @Sendable (DeployEvent.Kind) -> String
    private let events: any EventPublisher

    /// - Parameters:
    ///   - moments: those that ``HookDirectory`` has found.
    ///   - process: our own environment.
    ///   - variables: what the run says of itself to every hook, such as `DEPLOY_RUN`.
    package init(
        _ configuration: HookConfiguration, moments: Set<HookMoment>, process: [String: String],
        variables: [String: String], events: any EventPublisher,
        encode: @escaping @Sendable (DeployEvent.Kind) -> String
    ) {
        self.configuration = configuration
        self.moments = moments
        environment = ChildEnvironment(of: process)
        self.variables = variables
        self.events = events
        self.encode = encode
    }

    package func run(_ call: HookCall) async throws(DeployError) {
        let path = "\(configuration.directory)/\(call.moment.rawValue)"
        let timeout = min(configuration.timeout, call.limit ?? configuration.timeout)
        let child = ChildProcess(
            argv: [path],
            environment: environment.adding(variables.merging(Self.variables(call)) { $1 }),
            directory: configuration.directory, input: Array((encode(call.event) + "\n").utf8), timeout: timeout)
        let collector = OutputCollector { [events] in events.publish(.hookPrinted(call.moment, line: $0)) }
        let ending: ChildProcess.Ending
        do {
            ending = try await child.run { stream, bytes in collector.receive(stream, bytes) }
        } catch {
            _ = collector.finish()
            throw Self.failure(call.moment, error.message, [], hint: error.hint)
        }
        let printed = collector.finish()
        let what: String
        switch ending {
        case .exited(0): return
        case .exited(let status): what = "ended with status \(status)"
        case .signalled(let number): what = "was ended by signal \(SignalName.name(of: number))"
        case .timedOut, .idleTimedOut: what = "took longer than \(ReadableDuration.text(timeout)) and was ended"
        }
        throw Self.failure(
            call.moment, what, EvidenceTail.lines(of: printed.standardError + printed.standardOutput), hint: nil)
    }

    // MARK: Private

    private static func failure(
        _ moment: HookMoment, _ what: String, _ evidence: [String], hint: String?
    ) -> DeployError {
        DeployError(.hookFailed, "the hook `\(moment.rawValue)` \(what)", evidence: evidence, hint: hint)
    }

    private static func variables(_ call: HookCall) -> [String: String] {
        var variables = [
            "DEPLOY_HOOK": call.moment.rawValue, "DEPLOY_HOSTS": call.hosts.map(\.text).joined(separator: " "),
        ]
        switch call.event {
        case .batchStarted(let number, let count, _), .batchFinished(let number, let count):
            variables["DEPLOY_BATCH"] = "\(number)"
            variables["DEPLOY_BATCHES"] = "\(count)"
        case .runFinished(let outcome):
            variables["DEPLOY_ENDING"] = outcome.ending.rawValue
            variables["DEPLOY_STATE"] = outcome.state.rawValue
        default: break
        }
        return variables
    }
}
