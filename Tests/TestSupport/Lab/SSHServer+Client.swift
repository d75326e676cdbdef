import Foundation

extension SSHServer {
    /// A `known_hosts` file with this server's keys.
    package func writeKnownHosts() throws -> String {
        let path = "\(folder)/known_hosts"
        try knownHosts.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// The argv of OpenSSH's own client for this server, without configuration, agent or keys of the developer.
    package func clientArgv(_ command: [String], identity: String? = nil, user: String? = nil) throws -> [String] {
        [
            "ssh", "-F", "none", "-p", "\(port)", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
            "-o", "IdentityAgent=none", "-o", "StrictHostKeyChecking=yes",
            "-o", "UserKnownHostsFile=\(try writeKnownHosts())", "-i", identity ?? clientKeys.ed25519,
            "\(user ?? self.user)@\(address)",
        ] + command
    }
}
