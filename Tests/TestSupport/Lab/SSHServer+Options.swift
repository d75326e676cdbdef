extension SSHServer {
    /// What may differ from a default server.
    package struct Options: Sendable {
        /// The address to listen on; a new loopback address by default.
        package var address: String?
        /// Accounts besides root; needs ``LabAccount/canBeDefined``.
        package var accounts: [LabAccount] = []
        /// Folders that come first in the PATH of commands: stand-ins for programs of the host.
        package var path: [String] = []
        /// Environment of every command (`SetEnv`).
        package var environment: [String: String] = [:]
        /// Whether bash reads the account's `.bashrc`, as it does under sshd. Whoever runs the tests may have one that takes
        /// long or waits for a lock, which is no part of a lab's host.
        package var readsBashrc = false
        /// As sshd_config says them: `10:30:100`.
        package var maxStartups: String?
        package var maxSessions: Int?
        /// As sshd_config says it: `256K`.
        package var rekeyLimit: String?
        package var clientAliveSeconds: Int?
        /// As sshd_config says it: `DEBUG1` tells the algorithms.
        package var logLevel = "VERBOSE"
        /// Lines for the beginning: of two lines with one keyword sshd heeds the first.
        package var firstLines: [String] = []
        /// Lines for the end of the configuration.
        package var extraLines: [String] = []

        package init() {}

        func configuration(address: String, port: Int, folder: String, authorizedKeys: String, mark: String) -> String {
            var variables = environment
            variables["PATH"] = (path + [Lab.searchPath]).joined(separator: ":")
            variables[ProcessTable.mark] = mark
            // bash (shell.c, run_startup_files) reads it where it is the outermost shell only.
            if !readsBashrc { variables["SHLVL"] = "1" }
            // sshd heeds the first SetEnv line only (servconf.c), so they share one.
            let setEnvironment = variables.sorted { $0.key < $1.key }.map { "\"\($0.key)=\($0.value)\"" }
            var lines = [
                "ListenAddress \(address.contains(":") ? "[\(address)]" : address):\(port)",
                "HostKey \(folder)/host_ed25519",
                "HostKey \(folder)/host_ecdsa",
                "HostKey \(folder)/host_rsa",
                "AuthorizedKeysFile \(authorizedKeys)",
                "PidFile none",
                "LogLevel \(logLevel)",
                "UsePAM no",
                "StrictModes no",
                "PermitRootLogin yes",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "PrintMotd no",
                "PrintLastLog no",
                "Subsystem sftp internal-sftp",
                "SetEnv \(setEnvironment.joined(separator: " "))",
            ]
            if let maxStartups { lines.append("MaxStartups \(maxStartups)") }
            if let maxSessions { lines.append("MaxSessions \(maxSessions)") }
            if let rekeyLimit { lines.append("RekeyLimit \(rekeyLimit)") }
            if let clientAliveSeconds { lines.append("ClientAliveInterval \(clientAliveSeconds)") }
            return (firstLines + lines + extraLines).joined(separator: "\n") + "\n"
        }
    }
}
