import DeployModel

/// The user's own programs on this machine.
///
/// Exit status 0 is done, 75 (`EX_TEMPFAIL`, sysexits(3)) asks to be tried again, anything else has failed.
struct CommandOperator: TargetOperator {
    static let tryAgainStatus = 75
    /// Before the second try, the third, and so on.
    static let pauses: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)]

    let configuration: CommandBalancerConfiguration
    let service: String
    let run: String
    let commands: any LocalCommands

    init(_ configuration: CommandBalancerConfiguration, in surroundings: BalancerSurroundings) {
        self.configuration = configuration
        service = surroundings.service
        run = surroundings.run
        commands = surroundings.commands
    }

    var title: String { "`\(Self.text(configuration.state))`" }

    var asksForEachHost: Bool {
        switch configuration.state {
        case .shell(let line): ["DEPLOY_HOST", "DEPLOY_TARGET", "DEPLOY_ADDRESS"].contains { line.contains($0) }
        case .argv(let argv): !Set(argv.flatMap(Placeholders.words)).isDisjoint(with: ["host", "target"])
        }
    }

    func state(of host: OperatedHost?) async throws(DeployError) -> [ReportedTarget] {
        try ReportedTarget.list(try await perform(configuration.state, for: host), from: title)
    }

    func drain(_ host: OperatedHost) async throws(DeployError) {
        _ = try await perform(configuration.drain, for: host)
    }

    func enable(_ host: OperatedHost) async throws(DeployError) {
        _ = try await perform(configuration.enable, for: host)
    }

    /// A command as a person would write it.
    static func text(_ command: Step.LocalCommand) -> String {
        switch command {
        case .shell(let line): line
        case .argv(let argv): argv.joined(separator: " ")
        }
    }

    // MARK: Private

    private func perform(_ command: Step.LocalCommand, for host: OperatedHost?) async throws(DeployError) -> String {
        var pauses = Self.pauses[...]
        while true {
            let result = try await commands.run(
                filled(command, for: host), directory: configuration.directory, environment: environment(for: host),
                timeout: configuration.timeout, output: nil)
            if result.isSuccess { return result.standardOutput }
            guard result.exit == .status(Self.tryAgainStatus), let pause = pauses.popFirst() else {
                throw failure(of: command, host, result)
            }
            do { try await Task.sleep(for: pause) } catch { throw failure(of: command, host, result) }
        }
    }

    private func filled(_ command: Step.LocalCommand, for host: OperatedHost?) -> Step.LocalCommand {
        let placeholders = Placeholders(host: host?.host, target: host?.target, release: nil, service: service)
        return switch command {
        // What is put into a shell's line would be read by the shell: it has the environment instead.
        case .shell(let line): .shell(line)
        case .argv(let argv): .argv(argv.map(placeholders.fill))
        }
    }

    private func environment(for host: OperatedHost?) -> [String: String] {
        var variables = ["DEPLOY_SERVICE": service, "DEPLOY_RUN": run]
        if let host {
            variables["DEPLOY_HOST"] = host.host.name.text
            variables["DEPLOY_ADDRESS"] = host.host.address
            variables["DEPLOY_TARGET"] = host.target
        }
        return variables
    }

    private func failure(of command: Step.LocalCommand, _ host: OperatedHost?, _ result: CommandResult) -> DeployError {
        let how =
            switch result.exit {
            case .status(Self.tryAgainStatus): "still asks to be tried again (75)"
            case .status(let status): "ended with \(status)"
            case .signal(let name): "was ended by SIG\(name)"
            case .timedOut(let limit, _), .idleTimedOut(let limit, _): "had not ended after \(limit.inSeconds)"
            case .endedEarly: "ended early"
            }
        let said = (result.standardOutput + "\n" + result.standardError).split(whereSeparator: \.isNewline)
        return DeployError(
            result.exit == .status(Self.tryAgainStatus) ? .balancerUnreachable : .balancerFailed, host: host?.host.name,
            "`\(ForeignText.line(Self.text(filled(command, for: host))))` \(how)",
            evidence: said.suffix(5).map { ForeignText.line(String($0)) })
    }
}
