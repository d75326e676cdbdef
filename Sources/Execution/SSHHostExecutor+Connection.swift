import DeployModel
import SSHTransport

extension SSHHostExecutor {
    /// One for what is going on, and one for the lease or to end what takes too long.
    private static let neededSessions = 2

    /// Looks whether the way to the host will carry the whole run.
    ///
    /// - Returns: what is worth saying.
    /// - Throws: ``DeployError`` `.preflightFailed` for what would make the run fail once the host is out of rotation.
    func checkConnection(user: String) async throws(DeployError) -> [String] {
        let facts = try await channel.facts()
        if let limit = facts.sessionLimit, limit < Self.neededSessions {
            throw DeployError(
                .preflightFailed, host: host.name,
                "its sshd lets only \(limit) command run at a time; a run needs \(Self.neededSessions)",
                hint: "`MaxSessions 10`, which is the default, in its sshd_config")
        }
        if context.isUploading, !facts.loginShellText.isEmpty {
            let line = facts.loginShellText.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            throw DeployError(
                .preflightFailed, host: host.name,
                "the login shell of `\(user)` prints text before a command runs, which rsync would take for its own: "
                    + "`\(ForeignText.line(line))`",
                hint: "print it for people alone: `case $- in *i*) … ;; esac` in `.bashrc` and the like")
        }
        if let port = context.forwardedPorts[host.name], !(try await channel.letsThrough(toPort: port)) {
            throw DeployError(
                .preflightFailed, host: host.name,
                "its sshd lets no connection through to port \(port), by which its health would be checked",
                hint: """
                    `AllowTcpForwarding yes` in its sshd_config, and no `PermitOpen` or `restrict` against it; \
                    or `health.run`, a command on the host, which needs none
                    """)
        }
        return facts.login.flatMap { CertificateWarning.text($0, run: context.longestRun) }.map { [$0] } ?? []
    }
}
