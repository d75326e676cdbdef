package import DeployModel
package import SSHTransport

/// The command line of ssh(1) that reaches a host as `deploy` does.
///
/// `ssh` reads the same `ssh_config`, so it is told only what the inventory says, and where the known hosts are. Of jump
/// hosts it is told everything: under `-J` it would know neither their keys nor the known hosts beside the inventory. Keys
/// and known hosts that came as text in the environment it cannot be given.
package struct OpenSSHCommand: Sendable {
    private let host: Host
    private let settings: SSHConnectionSettings
    private let jumpHost: @Sendable (String) -> Host?
    private let home: String?

    /// - Parameters:
    ///   - settings: as they were resolved for the host.
    ///   - home: what a leading `~` of the inventory stands for.
    ///   - jumpHost: a jump host by its name, if it is one of the inventory's; `ssh` does not know it by that name.
    package init(
        _ host: Host, _ settings: SSHConnectionSettings, home: String?,
        jumpHost: @escaping @Sendable (String) -> Host? = { _ in nil }
    ) {
        self.host = host
        self.settings = settings
        self.home = home
        self.jumpHost = jumpHost
    }

    /// - Parameters:
    ///   - options: further ones, which win over those of the host.
    ///   - command: runs on the host in place of a shell, read by the login shell.
    package func argv(options: [String] = [], command: [String] = []) -> [String] {
        var argv = ["ssh"] + options + configFile(of: host)
        if let user = host.ssh.user { argv += ["-l", user] }
        if let port = host.ssh.port { argv += ["-p", "\(port)"] }
        if host.ssh.identityFiles != nil { argv += Self.identities(settings) }
        if let isOnly = host.ssh.isIdentitiesOnly { argv += Self.option("IdentitiesOnly", isOnly ? "yes" : "no") }
        argv += route + Self.hostKeys(settings)
        if host.ssh.connectTimeout != nil { argv += Self.connectTimeout(settings) }
        if host.ssh.keepalive != nil {
            argv += Self.option("ServerAliveInterval", "\(Self.seconds(settings.keepaliveInterval))")
            argv += Self.option("ServerAliveCountMax", "\(settings.keepaliveCount)")
        }
        return argv + [host.address] + command
    }

    /// For a person to paste into a shell.
    package static func line(_ argv: [String]) -> String {
        argv.map { word in
            let isPlain = !word.isEmpty && !word.contains(" ") && ShellQuoting.isConstantLine("x \(word)")
            return isPlain ? word : ShellQuoting.quote(word)
        }.joined(separator: " ")
    }

    // MARK: Private

    private var route: [String] {
        if case .jump(let hop) = settings.route { return Self.option("ProxyCommand", proxyCommand(through: hop)) }
        switch host.ssh.route {
        case nil: return []
        case .command(let command): return Self.option("ProxyCommand", command)
        // It keeps a `ProxyJump` out as well. A jump host may inherit the way of all hosts, which leads through itself.
        case .direct, .jump: return Self.option("ProxyCommand", "none")
        }
    }

    /// What ssh(1) makes of a `ProxyJump`, with settings.
    private func proxyCommand(through hop: SSHConnectionSettings) -> String {
        let declared = jumpHost(hop.label)
        var argv = ["ssh"] + configFile(of: declared ?? host) + ["-l", hop.user, "-p", "\(hop.port)"]
        argv += Self.identities(hop)
        argv += hop.certificateFiles.flatMap { Self.option("CertificateFile", Self.list([$0])) }
        argv += Self.option("IdentitiesOnly", hop.identitiesOnly ? "yes" : "no")
        switch hop.route {
        case .direct: argv += Self.option("ProxyCommand", "none")
        case .command(let line): argv += Self.option("ProxyCommand", line.replacing("%", with: "%%"))
        case .jump(let next): argv += Self.option("ProxyCommand", proxyCommand(through: next))
        }
        if let alias = hop.hostKeyAlias { argv += Self.option("HostKeyAlias", alias) }
        argv += Self.hostKeys(hop) + Self.connectTimeout(hop)
        let destination = Self.line([declared?.address ?? hop.label])
        return Self.line(argv).replacing("%", with: "%%") + " -W '[%h]:%p' " + destination.replacing("%", with: "%%")
    }

    private func configFile(of host: Host) -> [String] {
        switch host.ssh.configFile {
        case nil: []
        case .ignored: ["-F", "none"]
        case .file(let path): ["-F", ConnectionSurroundings.expanded(path, home: home)]
        }
    }

    private static func identities(_ settings: SSHConnectionSettings) -> [String] {
        settings.identityFiles.flatMap { ["-i", $0.path] }
    }

    private static func hostKeys(_ settings: SSHConnectionSettings) -> [String] {
        option("UserKnownHostsFile", list(settings.knownHostsFiles))
            // They are among those already, in the order that counts here.
            + option("GlobalKnownHostsFile", "none")
            + option("StrictHostKeyChecking", settings.unknownHosts == .refuse ? "yes" : "accept-new")
    }

    private static func connectTimeout(_ settings: SSHConnectionSettings) -> [String] {
        option("ConnectTimeout", "\(seconds(settings.connectTimeout))")
    }

    private static func option(_ keyword: String, _ value: String) -> [String] { ["-o", "\(keyword)=\(value)"] }

    /// As a line of an ssh_config has it: quoted, `%` doubled.
    private static func list(_ paths: [String]) -> String {
        guard !paths.isEmpty else { return "none" }
        return paths.map { path in
            let escaped = path.replacing("%", with: "%%")
            return escaped.contains(where: { " \t\"'\\#=".contains($0) }) ? Self.quoted(escaped) : escaped
        }.joined(separator: " ")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Rounded up: 0 would be no limit.
    private static func seconds(_ duration: Duration) -> Int64 {
        let (seconds, rest) = duration.components
        return max(1, seconds + (rest > 0 ? 1 : 0))
    }
}
