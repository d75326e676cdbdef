package import DeployModel

/// Hosts of an Ansible inventory, by Ansible's own rules.
package struct AnsibleHostSource: HostSource {
    private let configuration: AnsibleSourceConfiguration
    private let fleet: AnsibleFleet

    package init(_ configuration: AnsibleSourceConfiguration, fleet: AnsibleFleet) {
        self.configuration = configuration
        self.fleet = fleet
    }

    package func hosts() async throws(DeployError) -> SourcedHosts {
        let mapping = AnsibleHostMapping(
            labels: configuration.labels, target: configuration.target,
            directory: AnsibleHostSource.directory(of: configuration.path))
        return try await fleet.hosts([configuration.path], mapping: mapping, pattern: configuration.pattern)
    }

    /// Where relative paths of an inventory start: itself where it is a directory, else the directory that holds it.
    static func directory(of path: String) -> String {
        AnsibleReader.isDirectory(path) ? path : LocalPath.directory(of: path)
    }
}
