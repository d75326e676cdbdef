import DeployModel

/// One nginx and the way to it. Each call is one script.
struct NginxProcess: Sendable {
    /// What was seen at one moment.
    struct Reading: Sendable, Hashable {
        var file: UpstreamFile
        /// A change has begun and not ended: what the file says may not be what nginx does.
        var isChangeInHand: Bool
        /// Workers that finish what they had begun when nginx was reloaded.
        var leavingWorkers: Int
    }

    /// Of a script that only looks.
    static let lookTimeout: Duration = .seconds(15)
    /// Of a change: `nginx -t`, the reload, and ten seconds until the new workers are there.
    static let changeTimeout: Duration = .seconds(60)
    /// A shell keeps 64 KiB of an output.
    static let maximumFileBytes = 60 << 10

    let configuration: NginxConfiguration
    let path: String
    let shell: NginxShell

    /// The name of the host it runs on; empty for the one on this machine.
    var id: String { shell.host?.text ?? "" }
    /// For messages: `nginx on lb-1`, `nginx`.
    var title: String { shell.host.map { "nginx on \($0)" } ?? "nginx" }

    /// Looks whether a change could be made.
    func check() async throws(DeployError) {
        try await run(NginxScript.check, [path, configuration.pidFile] + configuration.command, Self.lookTimeout)
    }

    func read() async throws(DeployError) -> Reading {
        let output = try await run(NginxScript.read, [path, configuration.pidFile], Self.lookTimeout)
        let parts = output.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        // The two lines of the script are missing where the output was longer than what is kept of it.
        guard output.utf8.count <= Self.maximumFileBytes, parts.count == 3, let leaving = Int(parts[1]) else {
            throw error(
                .balancerFailed, "`\(path)` is longer than \(Self.maximumFileBytes >> 10) KiB",
                hint: "put the upstream's `server` lines into a file of their own, and `include` it")
        }
        let text = String(parts[2])
        guard !text.contains("\u{FFFD}") else { throw error(.balancerFailed, "`\(path)` is not UTF-8") }
        do throws(UpstreamFile.Problem) {
            return Reading(
                file: try UpstreamFile(text, upstream: configuration.upstream),
                isChangeInHand: parts[0] == "change in hand", leavingWorkers: leaving)
        } catch {
            switch error {
            case .unfinished:
                throw self.error(.balancerFailed, "`\(path)` ends in the middle of a directive, or has a `}` too many")
            case .noSuchUpstream(let found):
                throw self.error(
                    .balancerFailed, "`\(path)` has no upstream `\(configuration.upstream)`",
                    evidence: ["it has: \(found.map(ForeignText.line).joined(separator: ", "))"],
                    hint: "`balancer.nginx.upstream` is the name of the `upstream` block")
            }
        }
    }

    /// How many connections the leaving workers hold to each endpoint, in their order.
    func connections(to endpoints: [KernelEndpoint]) async throws(DeployError) -> [Int] {
        let output = try await run(
            NginxScript.count, [path, configuration.pidFile] + endpoints.map(\.text), Self.lookTimeout)
        let counts = output.split(separator: "\n").compactMap { Int($0) }
        guard counts.count == endpoints.count else {
            throw error(.balancerFailed, "\(title): the connections could not be counted")
        }
        return counts
    }

    /// Puts a new text in the place of the one that was read, and has nginx take it.
    ///
    /// - Returns: `false` when the file has changed since, or another change is in hand; nothing was done.
    func replace(_ old: String, with new: String) async throws(DeployError) -> Bool {
        do throws(DeployError) {
            try await run(
                NginxScript.apply, [path, configuration.pidFile, old, new] + configuration.command, Self.changeTimeout)
            return true
        } catch {
            if error == busy { return false }
            throw error
        }
    }

    func error(
        _ code: DeployError.Code, _ message: String, evidence: [String] = [], hint: String? = nil
    ) -> DeployError {
        DeployError(code, host: shell.host, message, evidence: evidence, hint: hint)
    }

    // MARK: Private

    private var busy: DeployError { error(.balancerFailed, "another change of `\(path)` is in hand") }

    @discardableResult
    private func run(
        _ script: String, _ arguments: [String], _ timeout: Duration
    ) async throws(DeployError) -> String {
        let result = try await shell.run(script, arguments, timeout: timeout)
        guard !result.isSuccess else { return result.standardOutput }
        let said = (result.standardOutput + result.standardError).split(whereSeparator: \.isNewline)
            .suffix(5).map { ForeignText.line(String($0)) }
        guard case .status(let number) = result.exit, let status = NginxScript.Status(rawValue: number) else {
            throw unexpected(result, said)
        }
        switch status {
        case .busy:
            throw busy
        case .fileMissing:
            throw error(
                .balancerFailed, "\(title) has no file `\(path)`", evidence: said,
                hint: "`balancer.nginx.file` is the file with the `server` lines of `\(configuration.upstream)`")
        case .denied:
            throw error(
                .balancerDenied, "no permission to change \(title)", evidence: said,
                hint: configuration.usesSudo ? nil : "set `balancer.nginx.sudo: true`")
        case .notRunning:
            throw error(
                .balancerUnreachable, "\(title) does not run, by its pid file `\(configuration.pidFile)`",
                evidence: said, hint: "is `balancer.nginx.pid_file` what nginx.conf says? `nginx -V` shows the default")
        case .notIncluded:
            throw error(
                .balancerFailed, "\(title) does not read `\(path)`: a change there would change nothing",
                hint: "add `include \(path);` to its configuration")
        case .refused:
            throw error(
                .balancerFailed, "\(title) refuses its configuration (`nginx -t`); `\(path)` is as it was",
                evidence: said)
        case .reloadFailed:
            throw error(.balancerFailed, "\(title) could not be reloaded; `\(path)` is as it was", evidence: said)
        case .notApplied:
            throw error(
                .balancerFailed,
                "\(title) did not take its new configuration within 10 s of the reload; `\(path)` is as it was",
                evidence: said, hint: "nginx's error log says why: often a port that it cannot listen on")
        }
    }

    private func unexpected(_ result: CommandResult, _ said: [String]) -> DeployError {
        switch result.exit {
        case .timedOut(let limit, _), .idleTimedOut(let limit, _):
            return error(.balancerUnreachable, "\(title) did not answer within \(limit.inSeconds)", evidence: said)
        case .status, .signal, .endedEarly:
            if configuration.usesSudo, said.contains(where: { $0.contains("sudo:") }) {
                return error(
                    .balancerDenied, "`sudo -n` was refused for \(title)", evidence: said,
                    hint: "allow it in sudoers, or give the SSH user the right to reload nginx and set `sudo: false`")
            }
            return error(.balancerFailed, "\(title) could not be asked", evidence: said)
        }
    }
}
