import Foundation

/// Hosts with a service behind an HAProxy, and an inventory for `deploy`: the whole of a small production on loopback.
package struct Fleet: Sendable {
    package struct Options: Sendable {
        package var hostCount = 2
        /// Where the service of the host with this name listens, when that is not the host's own address.
        package var appAddresses: [String: String] = [:]
        package var sshd = SSHServer.Options()
        package var hasCookie = false
        /// Replaces the parts of the inventory (the top-level keys) that are given here.
        package var inventory: [String: String] = [:]

        package init() {}
    }

    package let lab: Lab
    package let hosts: [LabHost]
    package let haproxy: HAProxyServer
    /// Version 1, which every host runs at the start.
    package let initial: LabRelease
    private let options: Options

    /// Starts the hosts with version 1 and the HAProxy, and answers when every host is in service.
    package static func start(in lab: Lab, _ options: Options = Options()) async throws -> Fleet {
        let initial = try LabRelease.make("1", in: lab)
        let appPort = try LabAddress.freePort(on: "127.0.0.1")
        var hosts: [LabHost] = []
        for index in 1...options.hostCount {
            let name = "web-\(index)"
            let host = try await LabHost.start(
                name, in: lab, appAddress: options.appAddresses[name], appPort: appPort, options.sshd)
            try await host.install(initial)
            hosts.append(host)
        }
        var backend = HAProxyServer.Backend(
            name: "web", members: hosts.map { .init(name: $0.name, address: $0.appAddress, port: $0.appPort) })
        backend.hasCookie = options.hasCookie
        let haproxy = try await HAProxyServer.start(in: lab, backends: [backend])
        try await haproxy.waitUntilInService()
        return Fleet(lab: lab, hosts: hosts, haproxy: haproxy, initial: initial, options: options)
    }

    /// Writes `hosts.yml` for a release, and returns its path.
    ///
    /// - Parameter sections: replaces top-level keys, after those of the options; an empty text leaves a key out.
    package func writeInventory(
        _ release: LabRelease, sections: [String: String] = [:], name: String = "hosts.yml"
    ) throws -> String {
        let knownHosts = hosts.map(\.sshd.knownHosts).joined()
        try lab.write(knownHosts, to: "known_hosts")
        let entries = hosts.map { host in
            "  \(host.name): { address: \(host.sshd.address), ssh: { port: \(host.sshd.port) } }"
        }
        var parts = [
            ("service", "acebook"),
            ("ssh", sshSection),
            ("hosts", entries.joined(separator: "\n")),
            ("balancer", "  haproxy: { socket: \(haproxy.socket), backends: [web] }"),
            ("release", "  from: \(release.path)\n  to: \(lab.path("hosts"))/{host}/srv/acebook"),
            ("steps", "  activate: [{ restart: acebook }]"),
            (
                "health",
                """
                  http: ":\(hosts.first?.appPort ?? 0)/healthz"
                  interval: 200ms
                  healthy_for: 500ms
                  start_timeout: 5s
                """
            ),
        ]
        let replaced = options.inventory.merging(sections) { $1 }
        parts = parts.map { ($0.0, replaced[$0.0] ?? $0.1) }
        parts += replaced.filter { entry in !parts.contains { $0.0 == entry.key } }.sorted { $0.key < $1.key }
        let text = parts.filter { !$0.1.isEmpty }.map { key, value in
            value.hasPrefix(" ") ? "\(key):\n\(value)\n" : "\(key): \(value)\n"
        }
        return try lab.write(text.joined(), to: name)
    }

    /// The `ssh` section, unless another one is asked for.
    package var sshSection: String {
        """
          user: \(hosts.first?.sshd.user ?? NSUserName())
          identity_file: \(hosts.first?.sshd.clientKeys.ed25519 ?? "")
          known_hosts: known_hosts
        """
    }

    /// The version that each host's `current` means, in the order of the hosts.
    package var versions: [String] { hosts.map(\.currentVersion) }

    package func host(_ name: String) throws -> LabHost {
        guard let host = hosts.first(where: { $0.name == name }) else { throw LabError("no host `\(name)`") }
        return host
    }
}
