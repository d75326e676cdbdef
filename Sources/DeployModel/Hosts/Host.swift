/// A machine reached by SSH, as the inventory declares it: group and global settings are already merged in.
package struct Host: Sendable, Hashable, Identifiable {
    package var name: HostName
    /// Where the SSH connection goes: a DNS name, an IP address or an `ssh_config` alias.
    package var address: String
    package var ssh: SSHSettings
    package var labels: [String: String]
    /// The groups that hold this host, in the order of the file.
    package var groups: [String]
    /// The host's id in the balancer, where the inventory names it.
    package var target: TargetName
    /// Those of all hosts and of its groups among them.
    package var environment: EnvironmentVariables
    /// `false` for a machine that only drivers talk to, such as a balancer's host.
    package var isDeployedTo: Bool
    package var location: SourceLocation?

    package var id: HostName { name }

    package init(
        name: HostName, address: String, ssh: SSHSettings = SSHSettings(), labels: [String: String] = [:],
        groups: [String] = [], target: TargetName = .unstated, environment: EnvironmentVariables = [:],
        isDeployedTo: Bool = true, location: SourceLocation? = nil
    ) {
        self.name = name
        self.address = address
        self.ssh = ssh
        self.labels = labels
        self.groups = groups
        self.target = target
        self.environment = environment
        self.isDeployedTo = isDeployedTo
        self.location = location
    }
}

/// A host's declared id in the balancer.
package enum TargetName: Sendable, Hashable {
    /// The driver looks for the host's name, then for its address.
    case unstated
    /// The same id in every pool.
    case everywhere(String)
    /// An id for each pool, by the pool's name.
    case byPool([String: String])

    /// The declared id in a pool, or `nil` where nothing is declared for it.
    package func id(inPool pool: String) -> String? {
        switch self {
        case .unstated: nil
        case .everywhere(let id): id
        case .byPool(let ids): ids[pool]
        }
    }
}
