package import DeployModel
package import SSHTransport

/// The command line of ssh(1) that reaches a host as `deploy` does.
///
/// `ssh` reads the same `ssh_config`, so it is told only what the inventory says, and where the known hosts are. Keys and
/// known hosts that came as text in the environment it cannot be given.
package struct OpenSSHCommand: Sendable {
    private let host: Host
    private let settings: SSHConnectionSettings
    private let jumpHost: @Sendable (String) -> SSHConnectionSettings?
    private let home: String?

    /// - Parameters:
    ///   - settings: as they were resolved for the host.
    ///   - home: what a leading `~` of the inventory stands for.
    ///   - jumpHost: a jump host's settings, if it is one of the inventory's; `ssh` does not know it by that name.
    package init(
        _ host: Host, _ settings: SSHConnectionSettings, home: String?,
        jumpHost: @escaping @Sendable (String) -> SSHConnectionSettings? = { _ in nil }
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
        var argv = ["ssh"] + options
        switch host.ssh.configFile {
        case nil: break
        case .ignored: argv += ["-F", "none"]
        case .file(let path): argv += ["-F", ConnectionSurroundings.expanded(path, home: home)]
        }
        if let user = host.ssh.user { argv += ["-l", user] }
        if let port = host.ssh.port { argv += ["-p", "\(port)"] }
        if host.ssh.identityFiles != nil { argv += settings.identityFiles.flatMap { ["-i", $0.path] } }
        if let isOnly = host.ssh.isIdentitiesOnly { argv += Self.option("IdentitiesOnly", isOnly ? "yes" : "no") }
        argv += route
        argv += Self.option("UserKnownHostsFile", Self.list(settings.knownHostsFiles))
        // They are among those already, in the order that counts here.
        argv += Self.option("GlobalKnownHostsFile", "none")
        argv += Self.option("StrictHostKeyChecking", settings.unknownHosts == .refuse ? "yes" : "accept-new")
        if host.ssh.connectTimeout != nil {
            argv += Self.option("ConnectTimeout", "\(Self.seconds(settings.connectTimeout))")
        }
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
        switch host.ssh.route {
        case nil: return []
        // It keeps a `ProxyJump` out as well.
        case .direct: return Self.option("ProxyCommand", "none")
        case .command(let command): return Self.option("ProxyCommand", command)
        case .jump(let text):
            guard case .jump = settings.route, let route = try? JumpRoute(text) else {
                return Self.option("ProxyCommand", "none")
            }
            let hops = route.hops.map { hop in
                jumpHost(hop.host).map { known in
                    JumpRoute.Hop(
                        user: hop.user ?? known.user, host: known.address, port: hop.port ?? known.port
                    ).description
                } ?? hop.description
            }
            return ["-J", hops.joined(separator: ",")]
        }
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
