/// Knows hosts that the inventory file does not list: another tool's inventory, a program, a cloud. It is asked once, when an
/// inventory is loaded, and before any host is contacted.
package protocol HostSource: Sendable {
    /// The hosts in an order that does not change while they stay the same, each name once.
    ///
    /// - Throws: ``DeployError`` when the source cannot be asked, answers with something else than hosts, or knows no host:
    ///   an empty fleet is nearly always the answer to a wrong question.
    func hosts() async throws(DeployError) -> SourcedHosts
}

/// What a source answered.
package struct SourcedHosts: Sendable, Hashable {
    package var hosts: [SourcedHost]
    /// One sentence each about what was passed over.
    package var warnings: [String]

    package init(_ hosts: [SourcedHost], warnings: [String] = []) {
        self.hosts = hosts
        self.warnings = warnings
    }
}

/// A host as its source knows it. The entry of the same name under `hosts` adds to it and wins over it; groups and the
/// settings of all hosts fill in what neither says.
package struct SourcedHost: Sendable, Hashable {
    package var name: HostName
    package var address: String
    package var ssh: SSHSettings
    package var labels: [String: String]
    /// Names of groups, which a selection may use.
    package var groups: [String]
    package var target: TargetName

    package init(
        name: HostName, address: String? = nil, ssh: SSHSettings = SSHSettings(), labels: [String: String] = [:],
        groups: [String] = [], target: TargetName = .unstated
    ) {
        self.name = name
        self.address = address ?? name.text
        self.ssh = ssh
        self.labels = labels
        self.groups = groups
        self.target = target
    }
}
