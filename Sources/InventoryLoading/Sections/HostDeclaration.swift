import DeployModel

/// What `hosts` or a host source says about one host, before its groups and the settings of all hosts are merged in.
struct HostDeclaration {
    var name: HostName
    /// `nil` where none is written: a source's address, or else the name.
    var address: String?
    var ssh = SSHSettings()
    var labels: [String: String] = [:]
    var target: TargetName = .unstated
    var environment: EnvironmentVariables = [:]
    var isDeployedTo = true
    var location: SourceLocation
}

/// What `groups` says about one group.
struct GroupDeclaration {
    var name: String
    var hosts: Set<HostName>
    var ssh = SSHSettings()
    var target: TargetName = .unstated
    var environment: EnvironmentVariables = [:]
    var location: SourceLocation
}

extension HostDeclaration {
    init(_ host: SourcedHost, location: SourceLocation) {
        self.init(
            name: host.name, address: host.address, ssh: host.ssh, labels: host.labels, target: host.target,
            location: location)
    }

    /// What is said here, and of the rest what `other` says.
    func over(_ other: HostDeclaration) -> HostDeclaration {
        var merged = self
        merged.address = address ?? other.address
        merged.ssh = ssh.over(other.ssh)
        merged.labels = other.labels.merging(labels) { $1 }
        merged.target = target == .unstated ? other.target : target
        merged.environment = environment.over(other.environment)
        return merged
    }
}
