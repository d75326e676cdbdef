import Foundation

/// Dropbear, the second SSH server of the world, on a loopback address of its own.
///
/// It needs an account whose home can be chosen: see ``LabAccount/canBeDefined``.
package final class DropbearServer: Sendable {
    package let address: String
    package let port: Int
    package let clientKeys: SSHClientKeys
    /// The public host key, as `known_hosts` wants it.
    package let knownHosts: String
    package let log: LabLog

    /// Starts a server that root can log in to with the lab's keys, and answers once it listens.
    package static func start(in lab: Lab) async throws -> DropbearServer {
        let keys = try await lab.clientKeys()
        let folder = lab.uniqueName("dropbear")
        let hostKey = try lab.makeDirectory(folder) + "/host_key"
        let made = try await lab.command(["dropbearkey", "-t", "ed25519", "-f", hostKey])
        guard let publicKey = made.text.split(separator: "\n").first(where: { $0.hasPrefix("ssh-ed25519 ") }) else {
            throw LabError("dropbearkey made no key: \(made.errorText)")
        }
        let namespace = try LabAccount.namespace([], in: lab, folder: folder)
        let home = "\(folder)/root"
        try lab.write(LabLog(path: keys.authorizedKeys).text, to: "\(home)/.ssh/authorized_keys", mode: 0o600)
        chmod(lab.path("\(home)/.ssh"), 0o700)
        chmod(lab.path(home), 0o700)
        let address = LabAddress.next()
        let port = try LabAddress.freePort(on: address)
        let process = try lab.start(
            "dropbear",
            namespace + [
                "dropbear", "-F", "-E", "-p", "\(address):\(port)", "-r", hostKey, "-P", lab.path("\(folder)/pid"),
            ])
        try await process.waitForLog("Not backgrounding")
        return DropbearServer(
            address: address, port: port, clientKeys: keys,
            knownHosts: "[\(address)]:\(port) \(publicKey.split(separator: " ").prefix(2).joined(separator: " "))\n",
            log: process.log)
    }

    private init(address: String, port: Int, clientKeys: SSHClientKeys, knownHosts: String, log: LabLog) {
        self.address = address
        self.port = port
        self.clientKeys = clientKeys
        self.knownHosts = knownHosts
        self.log = log
    }
}
