package import DeployModel

/// Runs a shell command line on the host; status 0 is healthy.
package struct CommandProbe: HealthProbe {
    private let line: String
    private let timeout: Duration
    private let subject: ProbeSubject
    private let shell: any RemoteShell

    init(line: String, timeout: Duration, subject: ProbeSubject, shell: any RemoteShell) {
        self.line = line
        self.timeout = timeout
        self.subject = subject
        self.shell = shell
    }

    package func observe(release: ReleaseID?) async -> HealthObservation {
        let script = subject.placeholders(release: release).fill(line)
        do {
            let result = try await shell.run(script: script, arguments: [], asRoot: false, timeout: timeout)
            if result.isSuccess {
                return HealthObservation(isHealthy: true, detail: "status 0 in \(result.duration.inMilliseconds)")
            }
            let output = result.standardError.isEmpty ? result.standardOutput : result.standardError
            return HealthObservation(
                isHealthy: false, detail: Self.words(for: result.exit),
                evidence: ["`\(ForeignText.line(script))`"] + ForeignText.lines(endOf: Array(output.utf8)))
        } catch {
            return HealthObservation(error)
        }
    }

    private static func words(for exit: CommandResult.Exit) -> String {
        switch exit {
        case .status(127): "the health command was not found (status 127)"
        case .status(let status): "the health command ended with status \(status)"
        case .signal(let name): "the health command was ended by SIG\(name)"
        case .timedOut(let limit, _), .idleTimedOut(let limit, _):
            "the health command had not ended after \(limit.inMilliseconds)"
        case .endedEarly: "the shell ended before the health command"
        }
    }
}
