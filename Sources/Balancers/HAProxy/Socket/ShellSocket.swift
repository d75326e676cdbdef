import DeployModel

/// HAProxy's unix socket on another host, reached by a helper that runs there over the host's connection.
actor ShellSocket: RuntimeSocket {
    /// What a ``RemoteShell`` keeps of an output; a longer answer has lost its beginning.
    static let maximumAnswerBytes = 64 << 10

    nonisolated let place: String
    private let host: HostName
    private let path: String
    private let usesSudo: Bool
    private let connect: BalancerHosts.Shell
    private var helper: SocketHelper?

    /// - Throws: `.invalidConfiguration` for a path that a helper would misread.
    init(
        path: String, on host: HostName, usesSudo: Bool, connect: @escaping BalancerHosts.Shell
    ) throws(DeployError) {
        guard SocketHelper.takesPath(path) else {
            throw DeployError(
                .invalidConfiguration, "the path of HAProxy's socket, `\(ForeignText.line(path))`, cannot be used",
                hint: "an absolute path of at most 103 letters, digits and `/ . _ - + @ % =`")
        }
        place = path
        self.host = host
        self.path = path
        self.usesSudo = usesSudo
        self.connect = connect
    }

    func exchange(_ line: String, timeout: Duration) async throws(DeployError) -> String {
        let shell = try await connect(host)
        let helper = try await chooseHelper(shell, timeout: timeout)
        let result = try await shell.run(
            script: helper.script, arguments: [path, line], asRoot: usesSudo, timeout: timeout)
        guard result.isSuccess else { throw failure(of: result, line: line, timeout: timeout) }
        guard result.standardOutput.utf8.count < Self.maximumAnswerBytes else {
            throw DeployError(
                .balancerFailed, host: host, "HAProxy's answer at `\(path)` is longer than 64 KiB, asked `\(line)`",
                hint:
                    "name fewer `balancer.haproxy.backends`, or let HAProxy listen on a TCP socket and give `host:port`"
            )
        }
        // A helper ends well even when HAProxy closed the connection without a word.
        if result.standardOutput.isEmpty { throw failure(.refused, line: line, timeout: timeout) }
        return result.standardOutput
    }

    // MARK: Private

    private func chooseHelper(_ shell: any RemoteShell, timeout: Duration) async throws(DeployError) -> SocketHelper {
        if let helper { return helper }
        let result = try await shell.run(
            script: SocketHelper.choice, arguments: [], asRoot: usesSudo, timeout: timeout)
        let name = result.standardOutput.filter { !$0.isWhitespace }
        if let found = SocketHelper(rawValue: name) {
            helper = found
            return found
        }
        guard result.exit == .status(127) else { throw failure(of: result, line: "which helper", timeout: timeout) }
        throw DeployError(
            .balancerUnreachable, host: host,
            "HAProxy's socket `\(path)` needs `socat`, `nc`, `python3` or `perl` on this host, and none is there",
            hint: "install socat")
    }

    private func failure(_ failure: SocketExchange.Failure, line: String, timeout: Duration) -> DeployError {
        var error = DeployError.socket(failure, at: place, line: line, timeout: timeout)
        error.host = host
        return error
    }

    /// The helpers have no statuses of their own in common, but all print the system's words.
    private func failure(of result: CommandResult, line: String, timeout: Duration) -> DeployError {
        let words = result.standardError
        switch result.exit {
        case .timedOut, .idleTimedOut: return failure(.timedOut, line: line, timeout: timeout)
        case .status, .signal, .endedEarly: break
        }
        if words.contains("No such file") { return failure(.noSuchSocket, line: line, timeout: timeout) }
        if words.contains("refused") { return failure(.refused, line: line, timeout: timeout) }
        if words.contains("ermission denied") || words.contains("not permitted") {
            return failure(.permissionDenied, line: line, timeout: timeout)
        }
        if usesSudo, words.contains("sudo:") {
            return DeployError(
                .balancerDenied, host: host, "`sudo -n` was refused for HAProxy's socket `\(path)`",
                evidence: Self.evidence(words), hint: "allow it in sudoers, or join the socket's group instead")
        }
        return DeployError(
            .balancerUnreachable, host: host, "HAProxy's socket `\(path)` could not be asked",
            evidence: Self.evidence(words))
    }

    private static func evidence(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).suffix(5).map { ForeignText.line(String($0)) }
    }
}
