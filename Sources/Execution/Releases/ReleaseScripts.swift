import DeployModel
import SSHTransport

/// Runs the scripts of ``ReleaseCommands`` on one host, and makes their failures errors.
struct ReleaseScripts: Sendable {
    let host: HostName
    let channel: any HostChannel

    /// What the host holds.
    func list(_ layout: ReleaseLayout) async throws(DeployError) -> ReleaseInventory {
        ReleaseInventory(output: try await run(ReleaseCommands.list(layout)))
    }

    /// What the host holds, once the directories are there.
    func open(_ layout: ReleaseLayout) async throws(DeployError) -> ReleaseInventory {
        do {
            return ReleaseInventory(output: try await run(ReleaseCommands.open(layout)))
        } catch {
            guard error.code == .commandFailed else { throw error }
            var error = error
            error.message = "`\(layout.releases)` could not be made"
            error.hint = "on the host, once: `sudo install -d -o USER \(layout.destination)`"
            throw error
        }
    }

    /// Runs one script and returns what it printed.
    ///
    /// - Throws: ``DeployError`` `.commandFailed` for a status other than 0, `.diskFull` where that is the reason.
    @discardableResult
    func run(_ script: ShellScript, timeout: Duration = .seconds(60)) async throws(DeployError) -> String {
        let result = try await channel.run(
            script, timeout: timeout, idleTimeout: nil, isRepeatable: true, output: nil)
        guard !result.isSuccess else { return result.standardOutput }
        let evidence = EvidenceTail.lines(of: result.standardError + "\n" + result.standardOutput)
        if result.standardError.contains("No space left on device") {
            throw DeployError(.diskFull, host: host, "the host's disk is full", evidence: evidence)
        }
        let what =
            switch result.exit {
            case .status(let status): "ended with status \(status)"
            case .signal(let name): "was ended by signal \(name)"
            case .timedOut(let limit, _), .idleTimedOut(let limit, _):
                "took longer than \(ReadableDuration.text(limit))"
            case .endedEarly: "did not run to its end"
            }
        throw DeployError(
            .commandFailed, host: host, "a command on the host \(what)", evidence: evidence,
            hint: result.exit == .endedEarly
                ? "the account's login shell may not let commands run (`nologin`, `ForceCommand`)" : nil)
    }
}
