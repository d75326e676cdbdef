import DeployModel
import SSHTransport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Runs the steps of a phase one after the other, on a host or on this machine.
struct StepRunner: Sendable {
    /// Where a phase runs: what its steps see, and where they start.
    struct Place: Sendable {
        /// `nil` for a build, which comes before its release has an id.
        var release: ReleaseID?
        var previous: ReleaseID?
        /// Where the release lies on the host; `nil` for a build.
        var releaseDirectory: String?
        /// The directory of all releases, where each lies in one of its own and the link names the new one.
        var releases: String?
        /// Where steps start on the host that name no directory.
        var startDirectory: String
        var placeholders: Placeholders
    }

    let host: Host?
    /// `nil` for a build, which has only local steps.
    let channel: (any HostChannel)?
    /// The account of the connection.
    let user: String
    let local: any LocalCommands
    /// Where a local step starts that names no directory.
    let localDirectory: String
    let environment: StepEnvironment
    let limits: StepLimits
    let events: any EventPublisher
    /// What a `sync` step copies with; `nil` where there is no host.
    var rsync: (@Sendable () throws(DeployError) -> RsyncRunner)?

    /// - Parameter isMeant: whether a step is for this host; others are left out.
    /// - Throws: ``DeployError`` of the first step that fails and does not ignore errors.
    func run(
        _ steps: [Step], phase: StepPhase, at place: Place, where isMeant: (Step) -> Bool = { _ in true }
    ) async throws(DeployError) {
        for (index, step) in steps.enumerated() where isMeant(step) {
            if let limit = limits.limit(of: step, at: index, in: phase) {
                try await limit.withPermit { () async throws(DeployError) in
                    try await run(step, phase: phase, at: place)
                }
            } else {
                try await run(step, phase: phase, at: place)
            }
        }
    }

    /// What does a step, for a host that does it alone.
    ///
    /// - Throws: ``DeployError`` where a file cannot be read, or the step needs this machine.
    func part(_ step: Step, at place: Place) throws(DeployError) -> DeadManProgram.Part {
        let variables = environment.variables(
            for: step, release: place.release, releaseDirectory: place.releaseDirectory, previous: place.previous)
        return DeadManProgram.Part(
            script: try script(step, at: place, variables), timeout: step.timeout, retries: step.retries,
            ignoresErrors: step.ignoresErrors)
    }

    // MARK: Private

    private func run(_ step: Step, phase: StepPhase, at place: Place) async throws(DeployError) {
        let report = StepReport(
            host: host?.name, phase: phase, step: step, events: events, redactor: environment.secrets.redactor)
        let start = ContinuousClock.now
        report.started()
        var attempt = 0
        while true {
            do {
                try await attemptOnce(step, at: place, report)
                return report.finished(after: start.duration(to: .now))
            } catch {
                guard error.code != .interrupted, attempt < step.retries else {
                    report.failed(error)
                    guard step.ignoresErrors, error.isOfStep else { throw error }
                    return
                }
                attempt += 1
                report.retrying(error, attempt: attempt)
                try await pause(before: attempt)
            }
        }
    }

    /// One second, then twice as long each time, up to half a minute.
    private func pause(before attempt: Int) async throws(DeployError) {
        do {
            try await Task.sleep(for: .seconds(min(30, 1 << min(attempt - 1, 5))))
        } catch {
            throw DeployError(.interrupted, host: host?.name, "the run was interrupted between two attempts of a step")
        }
    }

    private func attemptOnce(_ step: Step, at place: Place, _ report: StepReport) async throws(DeployError) {
        let variables = environment.variables(
            for: step, release: place.release, releaseDirectory: place.releaseDirectory, previous: place.previous)
        let result: CommandResult
        if case .local(let command) = step.action {
            result = try await local.run(
                command, directory: step.directory.map(place.placeholders.fill) ?? localDirectory,
                environment: variables, timeout: step.timeout, idleTimeout: step.idleTimeout, output: report.printed)
        } else if case .sync(let sync) = step.action {
            return try await self.sync(sync, step, at: place, report)
        } else {
            guard let channel else {
                throw DeployError(.invalidConfiguration, "step `\(step.name)` needs a host, and there is none here")
            }
            let script = try script(step, at: place, variables)
            do {
                result = try await channel.run(
                    script, timeout: step.timeout, idleTimeout: step.idleTimeout, isRepeatable: false,
                    output: report.printed)
            } catch {
                var error = error
                if error.code == .connectionLost { error.message = "step `\(step.name)` broke off: \(error.message)" }
                throw error
            }
        }
        if let error = StepFailure.error(
            result, of: step, on: host?.name, user: user, evidence: report.evidence(result))
        {
            throw error
        }
    }

    private func script(
        _ step: Step, at place: Place, _ variables: [String: String]
    ) throws(DeployError) -> ShellScript {
        let directory = self.directory(of: step, at: place)
        switch step.action {
        case .run(let line):
            return StepScripts.run(
                line, in: directory, shell: step.shell, environment: variables, user: sudoUser(step))
        case .script(let path):
            return StepScripts.script(
                try text(ofFile: path), name: path.split(separator: "/").last.map(String.init) ?? "", in: directory,
                environment: variables, user: sudoUser(step))
        case .restart(let unit, let action):
            return StepScripts.unit(
                place.placeholders.fill(unit), action, sudo: unitSudo(step),
                in: action == .restart || action == .start ? servicePlace(place) : nil)
        case .template(let template):
            return StepScripts.write(
                try self.text(template, at: place, variables),
                to: absolute(place.placeholders.fill(template.destination), in: directory), mode: template.mode,
                user: sudoUser(step))
        case .local, .sync:
            throw DeployError(.internal, "a step of this kind has no script")
        }
    }

    private func text(
        _ template: Step.Template, at place: Place, _ variables: [String: String]
    ) throws(DeployError) -> Secret {
        let text = try self.text(ofFile: template.source)
        do throws(TemplateText.Problem) {
            return Secret(try TemplateText.fill(text, variables, place.placeholders))
        } catch {
            throw DeployError(
                .stepFailed, host: host?.name, "`\(template.source)`, line \(error.line): \(error.message)",
                hint:
                    "variables come from `env` and `secrets`; write `${NAME:-}` for one that may be missing, `$$` for a dollar"
            )
        }
    }

    private func sync(
        _ sync: Step.Sync, _ step: Step, at place: Place, _ report: StepReport
    ) async throws(DeployError) {
        guard let channel, let host, let rsync else {
            throw DeployError(.invalidConfiguration, "step `\(step.name)` needs a host, and there is none here")
        }
        let copy = SyncCopy(
            host: host.name, sync: sync,
            destination: absolute(place.placeholders.fill(sync.destination), in: directory(of: step, at: place)),
            user: sudoUser(step), channel: channel, rsync: try rsync())
        report.printed(try await copy.perform(step))
    }

    private func servicePlace(_ place: Place) -> StepScripts.ServicePlace? {
        guard let releases = place.releases, let release = place.releaseDirectory else { return nil }
        return StepScripts.ServicePlace(releases: releases, release: release)
    }

    private func absolute(_ path: String, in directory: String) -> String {
        path.hasPrefix("/") ? path : directory + "/" + path
    }

    private func directory(of step: Step, at place: Place) -> String {
        guard let directory = step.directory.map(place.placeholders.fill) else { return place.startDirectory }
        return directory.hasPrefix("/") ? directory : place.startDirectory + "/" + directory
    }

    private func sudoUser(_ step: Step) -> String? {
        switch step.sudo {
        case .automatic, .never: nil
        case .root: user == "root" ? nil : "root"
        case .user(let name): user == name ? nil : name
        }
    }

    private func unitSudo(_ step: Step) -> StepScripts.Sudo {
        switch step.sudo {
        case .never: .none
        case .automatic, .root: user == "root" ? .none : .root
        case .user(let name): user == name ? .none : .user(name)
        }
    }

    private func text(ofFile path: String) throws(DeployError) -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw DeployError(
                .invalidConfiguration, host: host?.name, "`\(path)` cannot be read as UTF-8 text",
                hint: "a `script` step sends a text file that lies here")
        }
    }
}

extension DeployError {
    /// The step itself failed, and not the way to the host.
    fileprivate var isOfStep: Bool {
        switch code {
        case .stepFailed, .stepTimedOut, .localCommandFailed: true
        default: false
        }
    }
}
