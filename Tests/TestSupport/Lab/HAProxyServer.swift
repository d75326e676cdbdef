package import Foundation

/// A real HAProxy with a frontend for each backend, and an admin socket behind a ``CommandRecorder``.
///
/// Requests are never retried (`retries 0`): one that was sent to a host that is down shows as a failure.
package final class HAProxyServer: Sendable {
    package struct Member: Sendable, Equatable {
        package var name: String
        package var address: String
        package var port: Int
        /// Further words of the `server` line.
        package var options = ""

        package init(name: String, address: String, port: Int, options: String = "") {
            self.name = name
            self.address = address
            self.port = port
            self.options = options
        }
    }

    package struct Backend: Sendable {
        package var name: String
        package var members: [Member]
        /// Sticky clients: a cookie names the server.
        package var hasCookie = false
        package var checkPath = "/healthz"
        /// Further lines of the backend.
        package var lines: [String] = []

        package init(name: String, members: [Member]) {
            self.name = name
            self.members = members
        }
    }

    /// The admin socket that records (unix).
    package let socket: String
    /// The same over TCP, `host:port`.
    package let tcpSocket: String
    package let recorder: CommandRecorder
    package let address: String
    private let ports: [String: Int]
    let directSocket: String
    private let configuration: String
    private let lab: Lab
    private let current = LabCurrentProcess()

    /// Starts HAProxy, and answers once it serves its admin socket. Members that are down are checked every 200 ms.
    ///
    /// - Throws: ``LabError`` with HAProxy's own words when it does not start.
    package static func start(in lab: Lab, backends: [Backend], globalLines: [String] = []) async throws
        -> HAProxyServer
    {
        let name = lab.uniqueName("haproxy")
        let address = LabAddress.next()
        var ports: [String: Int] = [:]
        for backend in backends { ports[backend.name] = try LabAddress.freePort(on: address) }
        let folder = try lab.makeDirectory(name)
        let directSocket = "\(folder)/direct.sock"
        let configuration = try lab.write(
            configurationText(
                backends: backends, address: address, ports: ports, socket: directSocket, globalLines: globalLines),
            to: "\(name)/haproxy.cfg")
        let server = HAProxyServer(
            lab: lab, folder: folder, address: address, ports: ports, directSocket: directSocket,
            tcpPort: try LabAddress.freePort(on: address), configuration: configuration)
        try await server.run()
        lab.onCleanup { await server.stop() }
        try await server.recorder.listen(path: server.socket, target: directSocket, in: lab)
        try await server.recorder.listen(address: address, port: server.tcpPort, target: directSocket, in: lab)
        return server
    }

    private let tcpPort: Int

    private init(
        lab: Lab, folder: String, address: String, ports: [String: Int], directSocket: String, tcpPort: Int,
        configuration: String
    ) {
        self.lab = lab
        self.address = address
        self.ports = ports
        self.directSocket = directSocket
        self.tcpPort = tcpPort
        self.configuration = configuration
        socket = "\(folder)/admin.sock"
        tcpSocket = "\(address):\(tcpPort)"
        recorder = CommandRecorder()
    }

    package var log: LabLog { LabLog(path: "\(configuration).log") }
    package var pid: pid_t? { current.process?.pid }

    /// Where clients of a backend send their requests.
    ///
    /// - Throws: ``LabError`` when there is no such backend.
    package func url(of backend: String = "web") throws -> String {
        guard let port = ports[backend] else { throw LabError("no backend `\(backend)` in the lab's HAProxy") }
        return "http://\(address):\(port)"
    }

    package func signal(_ number: Int32) {
        current.process?.signal(number)
    }

    package func stop() async {
        await current.process?.stop()
    }

    /// Starts it anew, with nothing remembered: what a reload without a state file does to drained servers.
    package func restart() async throws {
        await stop()
        try await run()
    }

    // MARK: Private

    private func run() async throws {
        try? FileManager.default.removeItem(atPath: directSocket)
        let process = try LabProcess.spawn(
            .init(
                name: "haproxy", argv: lab.entered(["haproxy", "-db", "-f", configuration]),
                environment: lab.environment,
                directory: lab.directory, output: log.path))
        current.process = process
        try await eventually("HAProxy's admin socket", log: log) {
            if let end = process.poll() { throw LabError("haproxy ended: \(end)", logTail: log.tail()) }
            return (try? await command("show info")) != nil
        }
    }

    private static func configurationText(
        backends: [Backend], address: String, ports: [String: Int], socket: String, globalLines: [String]
    ) -> String {
        var lines = ["global"]
        lines += [
            "stats socket \(socket) mode 600 level admin", "log stdout format raw local0 notice", "nbthread 1",
            "hard-stop-after 2s",
        ].map { "    \($0)" }
        lines += globalLines.map { "    \($0)" }
        lines += ["defaults", "    mode http", "    log global", "    retries 0"]
        lines += ["connect 2s", "client 60s", "server 60s", "queue 5s", "http-keep-alive 60s", "check 5s"]
            .map { "    timeout \($0)" }
        for backend in backends {
            lines += ["frontend \(backend.name)-in", "    bind \(address):\(ports[backend.name] ?? 0)"]
            lines += ["    default_backend \(backend.name)", "backend \(backend.name)", "    balance roundrobin"]
            lines += ["    option httpchk GET \(backend.checkPath)", "    http-check expect status 200"]
            if backend.hasCookie { lines.append("    cookie SERVER insert indirect nocache") }
            lines += backend.lines.map { "    \($0)" }
            // `inter` also bounds the check's connect: on a busy machine a short one takes healthy servers out.
            lines.append("    default-server check inter 1s fastinter 200ms downinter 200ms rise 2 fall 3")
            for member in backend.members {
                let host = member.address.contains(":") ? "[\(member.address)]" : member.address
                let cookie = backend.hasCookie ? " cookie \(member.name)" : ""
                lines.append("    server \(member.name) \(host):\(member.port)\(cookie) \(member.options)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
