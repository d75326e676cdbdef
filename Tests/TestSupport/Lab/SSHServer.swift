package import Foundation

/// OpenSSH's own server on a loopback address of its own, started from a configuration of its own.
///
/// It works as root (any account can log in) and as an ordinary user (then only that user can).
package final class SSHServer: Sendable {
    package let address: String
    package let port: Int
    /// The account to log in with.
    package let user: String
    package let clientKeys: SSHClientKeys
    /// The public host keys, one line each, as `known_hosts` wants them.
    package let knownHosts: String
    /// The folder with the configuration, the keys and the log.
    package let folder: String
    private let lab: Lab
    private let argv: [String]
    private let current: LabCurrentProcess

    /// Starts a server, and answers once it listens. It is stopped with the lab, and so are its sessions.
    ///
    /// - Throws: ``LabError`` when it does not start to listen.
    package static func start(in lab: Lab, _ options: Options = Options()) async throws -> SSHServer {
        let keys = try await lab.clientKeys()
        let name = lab.uniqueName("sshd")
        let folder = try lab.makeDirectory(name)
        async let ed25519 = generateSSHKey(["-t", "ed25519"], at: "\(folder)/host_ed25519", in: lab)
        async let ecdsa = generateSSHKey(["-t", "ecdsa"], at: "\(folder)/host_ecdsa", in: lab)
        async let rsa = generateSSHKey(["-t", "rsa", "-b", "2048"], at: "\(folder)/host_rsa", in: lab)
        let publicKeys = try await [ed25519, ecdsa, rsa]
        if geteuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        let namespace =
            LabAccount.canBeDefined ? try LabAccount.namespace(options.accounts, in: lab, folder: name) : []

        var lastError: any Error = LabError("sshd was not tried")
        for _ in 0..<3 {
            let address = options.address ?? LabAddress.next()
            let port = try LabAddress.freePort(on: address)
            let configuration = try lab.write(
                options.configuration(
                    address: address, port: port, folder: folder, authorizedKeys: keys.authorizedKeys,
                    mark: lab.environment[ProcessTable.mark] ?? ""),
                to: "\(name)/sshd_config")
            let server = SSHServer(
                address: address, port: port, publicKeys: publicKeys, keys: keys, folder: folder, lab: lab,
                argv: namespace + ["/usr/sbin/sshd", "-D", "-e", "-f", configuration])
            do {
                try await server.listen()
                lab.onCleanup { await server.stop() }
                return server
            } catch { lastError = error }
        }
        throw lastError
    }

    private init(
        address: String, port: Int, publicKeys: [String], keys: SSHClientKeys, folder: String, lab: Lab, argv: [String]
    ) {
        self.address = address
        self.port = port
        self.user = NSUserName()
        self.clientKeys = keys
        self.knownHosts = publicKeys.map { line in
            let fields = line.split(separator: " ")
            return "[\(address)]:\(port) \(fields.prefix(2).joined(separator: " "))\n"
        }.joined()
        self.folder = folder
        self.lab = lab
        self.argv = argv
        self.current = LabCurrentProcess()
    }

    /// What sshd logged (at level VERBOSE).
    package var log: LabLog { LabLog(path: "\(folder)/sshd.log") }

    /// How many logins by a key its log tells of.
    package var loginCount: Int {
        log.text.split(whereSeparator: \.isNewline).count { $0.hasPrefix("Accepted publickey") }
    }

    /// The listening process.
    package var listenerPID: pid_t? { current.process?.pid }

    /// The processes of sshd that serve connections (not the commands they run).
    package var connectionPIDs: [pid_t] {
        guard let process = current.process, process.isRunning else { return [] }
        return ProcessTable.descendants(of: process.pid).filter { ProcessTable.title(of: $0).hasPrefix("sshd") }
    }

    /// Cuts every connection by killing the processes that serve them; the listener goes on.
    package func killConnections() {
        for pid in connectionPIDs { kill(pid, SIGKILL) }
    }

    /// Kills the listener and every process that serves a connection: the host is gone.
    package func crash() async {
        let serving = connectionPIDs
        current.process?.signal(SIGKILL)
        for pid in serving { kill(pid, SIGKILL) }
        await current.process?.stop()
    }

    /// Ends the listener and the connections.
    package func stop() async {
        let serving = connectionPIDs
        await current.process?.stop()
        for pid in serving { kill(pid, SIGTERM) }
    }

    /// Starts to listen (again).
    ///
    /// - Throws: ``LabError`` with the end of the log when sshd gives up or says nothing for ten seconds.
    package func listen() async throws {
        let before = log.text.count
        let process = try LabProcess.spawn(
            .init(
                name: "sshd", argv: lab.entered(argv), environment: lab.environment, directory: lab.directory,
                output: log.path))
        current.process = process
        try await eventually("sshd to listen on \(address) port \(port)", log: log) {
            if log.text.dropFirst(before).contains("Server listening on") { return true }
            if let end = process.poll() { throw LabError("sshd ended: \(end)", logTail: log.tail()) }
            return false
        }
    }
}
