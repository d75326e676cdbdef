import DeployModel
import Reporting

/// Runs the `build` steps: once, here, before there is a release to measure.
struct BuildPhase {
    let steps: [Step]
    let service: String
    let environment: [String: String]
    let run: String
    /// Where a step starts that names no `dir`: beside the inventory.
    let directory: String
    let commands: any LocalCommands
    let events: any EventPublisher

    /// - Throws: the failure of the first step that failed and does not ignore errors.
    func perform() async throws(DeployError) {
        for step in steps { try await perform(step) }
    }

    // MARK: Private

    private func perform(_ step: Step) async throws(DeployError) {
        guard case .local(let command) = step.action else {
            throw DeployError(
                .invalidConfiguration, "the build step `\(step.name)` is not `local`",
                hint: "there is no host before the release is built; write `local: …`")
        }
        events.publish(.stepStarted(host: nil, phase: .build, step: step.name))
        var attempt = 0
        while true {
            do {
                let duration = try await attemptOnce(step, command)
                return events.publish(.stepFinished(host: nil, phase: .build, step: step.name, duration: duration))
            } catch {
                attempt += 1
                let isLast = attempt > step.retries || error.code == .interrupted
                if !isLast {
                    events.publish(
                        .warning(host: nil, message: "\(error.message); trying again (\(attempt) of \(step.retries))"))
                    continue
                }
                let isIgnored = step.ignoresErrors && error.code != .interrupted
                events.publish(
                    .stepFailed(host: nil, phase: .build, step: step.name, error: error, isIgnored: isIgnored))
                if isIgnored { return }
                throw error
            }
        }
    }

    private func attemptOnce(_ step: Step, _ command: Step.LocalCommand) async throws(DeployError) -> Duration {
        var variables = environment.merging(step.environment) { $1 }
        variables["DEPLOY_SERVICE"] = service
        variables["DEPLOY_RUN"] = run
        let result = try await commands.run(
            command, directory: step.directory.map(absolute) ?? directory, environment: variables,
            timeout: step.timeout
        ) { [events] line in
            events.publish(.stepPrinted(host: nil, phase: .build, step: step.name, line: line))
        }
        guard result.isSuccess else {
            throw DeployError(
                .localCommandFailed, "the build step `\(step.name)` \(result.exit.phrase)",
                evidence: Self.evidence(result))
        }
        return result.duration
    }

    private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : directory + "/" + path }

    /// The last lines of both streams; most programs say on one of them why they failed.
    private static func evidence(_ result: CommandResult) -> [String] {
        [result.standardOutput, result.standardError].flatMap { text in
            text.split(whereSeparator: \.isNewline).suffix(20).map(String.init)
        }
    }
}

extension CommandResult.Exit {
    /// How it ended, after the name of a command: `ended with status 3`.
    var phrase: String {
        switch self {
        case .status(let status): "ended with status \(status)"
        case .signal(let name): "was ended by SIG\(name)"
        case .timedOut(let limit, let isConfirmed): Self.timeout("did not end within", limit, isConfirmed)
        case .idleTimedOut(let limit, let isConfirmed): Self.timeout("printed nothing for", limit, isConfirmed)
        case .endedEarly: "was not run to its end by the account's shell"
        }
    }

    private static func timeout(_ what: String, _ limit: Duration, _ isConfirmed: Bool) -> String {
        "\(what) \(DurationText.text(limit))" + (isConfirmed ? " and was ended" : "; it may still be running")
    }
}
