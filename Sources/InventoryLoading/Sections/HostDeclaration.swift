import DeployModel

/// What `hosts` says about one host, before its groups and the settings of all hosts are merged in.
struct HostDeclaration {
    var name: HostName
    var address: String
    var ssh = SSHSettings()
    var labels: [String: String] = [:]
    var target: TargetName = .unstated
    var environment: [String: String] = [:]
    var isDeployedTo = true
    var location: SourceLocation
}

/// What `groups` says about one group.
struct GroupDeclaration {
    var name: String
    var hosts: Set<HostName>
    var ssh = SSHSettings()
    var target: TargetName = .unstated
    var environment: [String: String] = [:]
    var location: SourceLocation
}
