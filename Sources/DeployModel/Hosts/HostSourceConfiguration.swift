/// One entry of `host_sources`: where more hosts come from.
package struct HostSourceConfiguration: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case ansible(AnsibleSourceConfiguration)
        /// A program that prints hosts as JSON; it starts in the directory of the inventory file that names it.
        case command(Step.LocalCommand, directory: String)
        case awsTargetGroup(AWSTargetGroupConfiguration, AWSHostNaming)
        case ec2(EC2SourceConfiguration)
    }

    package var kind: Kind
    package var location: SourceLocation

    package init(_ kind: Kind, location: SourceLocation) {
        self.kind = kind
        self.location = location
    }
}

/// An Ansible inventory, and what of it is taken over.
package struct AnsibleSourceConfiguration: Sendable, Hashable {
    /// The absolute path of a file, a directory or an executable.
    package var path: String
    /// A host pattern of Ansible, such as `web:&prod`.
    package var pattern: String
    /// The name of a label, and the Ansible variable that holds its value.
    package var labels: [String: String]
    /// The Ansible variable that holds a host's id in the balancer.
    package var target: String?

    package init(path: String, pattern: String, labels: [String: String] = [:], target: String? = nil) {
        self.path = path
        self.pattern = pattern
        self.labels = labels
        self.target = target
    }
}
