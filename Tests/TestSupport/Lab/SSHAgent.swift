/// A real `ssh-agent` on a socket in the lab's folder.
package struct SSHAgent: Sendable {
    /// For `SSH_AUTH_SOCK`.
    package let socket: String
    package let process: LabProcess

    /// Starts an agent that holds the given private keys.
    package static func start(in lab: Lab, keys: [String]) async throws -> SSHAgent {
        let socket = lab.path(lab.uniqueName("agent"))
        let process = try lab.start("ssh-agent", ["ssh-agent", "-D", "-a", socket])
        try await process.waitForLog("SSH_AUTH_SOCK")
        for key in keys {
            let added = try await lab.command(["ssh-add", "-q", key], environment: ["SSH_AUTH_SOCK": socket])
            guard added.succeeded else { throw LabError("ssh-add refused `\(key)`: \(added.errorText)") }
        }
        return SSHAgent(socket: socket, process: process)
    }
}
