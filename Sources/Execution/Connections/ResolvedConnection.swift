package import DeployModel
package import SSHTransport

/// A setting, and where it comes from.
package struct ResolvedSetting: Sendable, Hashable {
    /// As in the inventory: `user`, `identity_file`.
    package var name: String
    package var value: String
    /// `the inventory`, a line of an `ssh_config` (`~/.ssh/config:3`), a variable, or `default`.
    package var origin: String

    package init(name: String, value: String, origin: String) {
        self.name = name
        self.value = value
        self.origin = origin
    }
}

/// How a host is reached.
package struct ResolvedConnection: Sendable {
    package var settings: SSHConnectionSettings
    /// Each setting with its origin, in the order for people.
    package var provenance: [ResolvedSetting]
    /// What `ssh_config` says for this host and is not done, though it changes what the user counts on.
    package var warnings: [ClientConfigNotice]
}

/// How each host of an inventory is reached, or why that cannot be said.
package struct ConnectionTable: Sendable {
    package private(set) var results: [HostName: Result<ResolvedConnection, ClientConfigError>]

    package init(_ results: [HostName: Result<ResolvedConnection, ClientConfigError>]) {
        self.results = results
    }

    package func connection(to host: HostName) throws(ClientConfigError) -> ResolvedConnection {
        guard let result = results[host] else {
            throw ClientConfigError([ClientConfigIssue(nil, "`\(host)` is not in the inventory")])
        }
        return try result.get()
    }

    package func settings(of host: HostName) -> SSHConnectionSettings? {
        try? results[host]?.get().settings
    }

    /// Refuses to go on where one of these hosts cannot be reached as its user means it.
    ///
    /// - Throws: every distinct reason.
    package func check(_ hosts: [Host]) throws(ClientConfigError) {
        var issues: [ClientConfigIssue] = []
        for host in hosts {
            guard case .failure(let error) = results[host.name] else { continue }
            issues += error.issues.filter { !issues.contains($0) }
        }
        guard issues.isEmpty else { throw ClientConfigError(issues) }
    }

    /// Each warning once, with the hosts it is about.
    package func warnings(of hosts: [Host]) -> [(notice: ClientConfigNotice, hosts: [HostName])] {
        var warnings: [(notice: ClientConfigNotice, hosts: [HostName])] = []
        for host in hosts {
            for notice in (try? results[host.name]?.get().warnings) ?? [] {
                if let index = warnings.firstIndex(where: { $0.notice == notice }) {
                    warnings[index].hosts.append(host.name)
                } else {
                    warnings.append((notice, [host.name]))
                }
            }
        }
        return warnings
    }
}
