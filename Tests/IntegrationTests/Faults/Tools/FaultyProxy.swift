import TestSupport

/// A TCP proxy between `deploy` and the sshd of one host (`Tests/Scripts/faulty-proxy`).
struct FaultyProxy {
    private let port: Int
    private let host: LabHost
    private let fleet: Fleet

    /// - Parameter rules: of the script, such as `stall-server=100`.
    static func start(in lab: Lab, before host: LabHost, of fleet: Fleet, _ rules: String...) async throws
        -> FaultyProxy
    {
        let process = try lab.start(
            "faulty-proxy",
            ["python3", "\(Repository.root)/Tests/Scripts/faulty-proxy", host.sshd.address]
                + ["\(host.sshd.address):\(host.sshd.port)"] + rules)
        try await process.waitForLog("listening on port")
        let words = process.log.text.split { $0 == " " || $0 == "\n" }
        guard let port = words.last.flatMap({ Int($0) }) else { throw LabError("no port", logTail: process.log.tail()) }
        return FaultyProxy(port: port, host: host, fleet: fleet)
    }

    /// The parts of an inventory by which the host is reached through the proxy, which has the host's keys.
    func sections() throws -> [String: String] {
        try fleet.lab.write(
            host.sshd.knownHosts.replacing("]:\(host.sshd.port) ", with: "]:\(port) "), to: "proxy_known_hosts")
        let hosts = fleet.hosts.map { other in
            let port = other.name == host.name ? port : other.sshd.port
            return "  \(other.name): { address: \(other.sshd.address), ssh: { port: \(port) } }"
        }
        let ssh = fleet.sshSection.replacing(
            "known_hosts: known_hosts", with: "known_hosts: [known_hosts, proxy_known_hosts]")
        return ["hosts": hosts.joined(separator: "\n"), "ssh": ssh]
    }
}
