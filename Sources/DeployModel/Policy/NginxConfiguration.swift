/// An open-source nginx in front of the hosts, which can only be steered through its configuration file.
package struct NginxConfiguration: Sendable, Hashable {
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// A server is taken out by `down` in ``file`` and a reload.
        case reload
        /// nginx is left alone: a host that stops gracefully is passed by because nothing listens there.
        case passive
    }

    package var mode: Mode
    /// The inventory's hosts that run nginx, reached through their SSH connections; empty: nginx runs here.
    package var hosts: [HostName]
    /// The name of the `upstream` block.
    package var upstream: String
    /// The absolute path of the file that holds its `server` lines; `nil` in passive mode.
    package var file: String?
    /// The absolute path of the master's pid file.
    package var pidFile: String
    /// How nginx is called, with the options it was started with: `-t` and `-s reload` are added.
    package var command: [String]
    /// Run as root: through `sudo -n` where the SSH user is another.
    package var usesSudo: Bool

    package static let usualPIDFile = "/run/nginx.pid"
    package static let usualCommand = ["nginx"]

    package init(
        mode: Mode = .reload, hosts: [HostName] = [], upstream: String, file: String?,
        pidFile: String = usualPIDFile, command: [String] = usualCommand, usesSudo: Bool = true
    ) {
        self.mode = mode
        self.hosts = hosts
        self.upstream = upstream
        self.file = file
        self.pidFile = pidFile
        self.command = command
        self.usesSudo = usesSudo
    }
}
