import Foundation

/// Hosts in a target group of the stand-in for AWS, which forwards traffic to them, and an inventory for `deploy`.
package struct AWSFleet: Sendable {
    package struct Options: Sendable {
        package var hostCount = 2
        /// Hosts at the end that are not registered.
        package var unregisteredCount = 0
        /// The deregistration delay in seconds.
        package var delay = 2
        /// How long `/slow` takes.
        package var slowSeconds = 2
        /// The service dies with its requests when it is stopped: then only the drain protects them.
        package var diesAtOnce = true
        /// The group's name.
        package var targetGroup = "web"
        /// Groups beside it that hold the same targets; their traffic is none of ours.
        package var otherGroups: [String] = []
        /// Targets are the hosts' addresses, each registered with this zone, and not their instances.
        package var addressZone: String?
        /// Further settings of the group, as JSON.
        package var group: [String: String] = [:]
        /// Further parts of the stand-in's configuration, as JSON.
        package var parts: [String: String] = [:]

        package init() {}
    }

    package let lab: Lab
    package let hosts: [LabHost]
    package let aws: AWSServer
    /// Where clients send their requests.
    package let url: String

    /// Starts the hosts with version 1, and the stand-in that believes them healthy.
    package static func start(in lab: Lab, _ options: Options = Options()) async throws -> AWSFleet {
        let initial = try LabRelease.make("1", in: lab)
        let port = try LabAddress.freePort(on: "127.0.0.1")
        var hosts: [LabHost] = []
        for index in 1...options.hostCount {
            var sshd = SSHServer.Options()
            sshd.path = [try ownConnections(in: lab, "web-\(index)")]
            let host = try await LabHost.start(
                "web-\(index)", in: lab, appAddress: nil, appPort: port,
                environment: [
                    "SLOW_SECONDS": "\(options.slowSeconds)", "DIES_AT_ONCE": options.diesAtOnce ? "1" : "",
                ], sshd)
            try lab.write(host.appAddress, to: "own/web-\(index)/address")
            try await host.install(initial)
            hosts.append(host)
        }
        let address = LabAddress.next()
        let listen = "\(address):\(try LabAddress.freePort(on: address))"
        let aws = try await AWSServer.start(in: lab, parts(options, hosts, port: port, listen: listen))
        return AWSFleet(lab: lab, hosts: hosts, aws: aws, url: "http://\(listen)")
    }

    /// A folder with an `ss` that shows a host's own connections only, as on a machine of its own.
    private static func ownConnections(in lab: Lab, _ name: String) throws -> String {
        let script = """
            #!/bin/sh
            ss=$(PATH=/usr/bin:/bin:/usr/sbin:/sbin command -v ss) || exit 127
            "$ss" "$@" | { grep -F " $(cat "$(dirname "$0")/address"):" || true; }

            """
        try lab.write(script, to: "own/\(name)/ss", mode: 0o755)
        return lab.path("own/\(name)")
    }

    /// The id of a host's instance.
    package static func instance(_ number: Int) -> String { "i-000000000000000\(number)" }

    private static func parts(
        _ options: Options, _ hosts: [LabHost], port: Int, listen: String
    ) -> [String: String] {
        var group = [
            "name": "\"\(options.targetGroup)\"", "region": "\"eu-north-1\"", "port": "\(port)",
            "delay": "\(options.delay)",
            "listen": "\"\(listen)\"",
            "health": #"{"path": "/healthz", "interval": 0.3, "timeout": 2, "healthy_threshold": 2}"#,
        ]
        group.merge(options.group) { $1 }
        let instances = hosts.enumerated().map { index, host in
            #"{"id": "\#(instance(index + 1))", "address": "\#(host.appAddress)", "private": "\#(host.sshd.address)", "#
                + #""name": "\#(host.name)", "zone": "eu-north-1\#(index.isMultiple(of: 2) ? "a" : "b")"}"#
        }
        let names = [options.targetGroup] + options.otherGroups
        let registered = 1...max(1, hosts.count - options.unregisteredCount)
        let targets = names.flatMap { name in
            registered.map { number in
                options.addressZone.map { zone in
                    #"{"group": "\#(name)", "id": "\#(hosts[number - 1].sshd.address)", "zone": "\#(zone)"}"#
                } ?? #"{"group": "\#(name)", "id": "\#(instance(number))"}"#
            }
        }
        if options.addressZone != nil { group["type"] = "\"ip\"" }
        let groups = names.map { name in
            var fields = group
            fields["name"] = "\"\(name)\""
            if name != options.targetGroup { fields["listen"] = nil }
            return fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
        }
        return [
            "groups": "[\(groups.map { "{\($0)}" }.joined(separator: ", "))]",
            "instances": "[\(instances.joined(separator: ", "))]",
            "targets": "[\(targets.joined(separator: ", "))]",
        ].merging(options.parts) { $1 }
    }

    /// Writes `hosts.yml` for a release, and returns its path. It declares no health check: the group has one.
    ///
    /// - Parameter sections: replaces top-level keys; an empty text leaves a key out.
    package func writeInventory(_ release: LabRelease, sections: [String: String] = [:]) throws -> String {
        try lab.write(hosts.map(\.sshd.knownHosts).joined(), to: "known_hosts")
        let entries = hosts.map { "  \($0.name): { address: \($0.sshd.address), ssh: { port: \($0.sshd.port) } }" }
        let keys = hosts.first?.sshd.clientKeys.ed25519 ?? ""
        var parts = [
            ("service", "acebook"),
            (
                "ssh",
                "{ user: \(hosts.first?.sshd.user ?? ""), identity_file: \(keys), known_hosts: known_hosts }"
            ),
            ("hosts", entries.joined(separator: "\n")),
            ("balancer", "  aws_target_group: \(AWSServer.arn(of: "web"))"),
            ("release", "  from: \(release.path)\n  to: \(lab.path("hosts"))/{host}/srv/acebook"),
            ("steps", "  activate: [{ restart: acebook }]"),
        ]
        parts = parts.map { ($0.0, sections[$0.0] ?? $0.1) }
        parts += sections.filter { entry in !parts.contains { $0.0 == entry.key } }.sorted { $0.key < $1.key }
        let text = parts.filter { !$0.1.isEmpty }.map { key, value in
            value.hasPrefix(" ") ? "\(key):\n\(value)\n" : "\(key): \(value)\n"
        }
        return try lab.write(text.joined(), to: "hosts.yml")
    }

    /// Runs the `deploy` that was built beside the tests, with the stand-in's keys.
    ///
    /// - Parameter environment: replaces variables; an empty one takes a variable away.
    package func deploy(
        _ arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(150)
    ) async throws -> LabCommandResult {
        try await lab.command(
            [try Repository.product("deploy")] + arguments,
            environment: aws.environment.merging(environment) { $1 }, within: limit)
    }

    /// The version that each host's `current` means, in the order of the hosts.
    package var versions: [String] { hosts.map(\.currentVersion) }
}
