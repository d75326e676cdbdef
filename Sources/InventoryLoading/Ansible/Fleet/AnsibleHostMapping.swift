import DeployModel

/// Turns a host of an Ansible inventory into one of ours, by the variables that Ansible's `ssh` connection reads.
struct AnsibleHostMapping {
    /// The name of a label, and the variable that holds its value.
    var labels: [String: String] = [:]
    /// The variable that holds the host's id in the balancer.
    var target: String?
    /// Where relative paths start.
    var directory: String

    /// Of several names of one variable the first that is there counts, as in Ansible's `ssh` plugin.
    private static let addresses = ["ansible_ssh_host", "ansible_host"]
    private static let ports = ["ansible_ssh_port", "ansible_port"]
    private static let users = ["ansible_ssh_user", "ansible_user"]
    private static let keys = ["ansible_ssh_private_key_file", "ansible_private_key_file"]
    private static let arguments = ["ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args"]
    private static let connections = ["ansible_connection"]

    /// The variables that are looked at, in a fixed order.
    var variables: [String] {
        Self.addresses + Self.ports + Self.users + Self.keys + Self.arguments + Self.connections
            + labels.values.sorted() + (target.map { [$0] } ?? [])
    }

    /// - Parameter warn: is told what is passed over.
    /// - Throws: a problem to be said after the host's name.
    func host(
        _ host: AnsibleInventory.Host, warn: (String) -> Void = { _ in }
    ) throws(ScalarProblem) -> SourcedHost {
        guard let name = HostName(host.name) else {
            throw ScalarProblem(
                "is not a host name here", hint: "letters, digits and `. _ : -`, not beginning with `-`")
        }
        let values = Reader(variables: host.variables)
        if let connection = try values.text(Self.connections),
            !["ssh", "smart", "paramiko", "paramiko_ssh", "libssh"]
                .contains(connection.split(separator: ".").last.map(String.init) ?? "")
        {
            throw ScalarProblem(
                "is not reached by SSH: its `ansible_connection` is `\(connection.shortened)`",
                hint: "leave it out: `hosts: \"all:!\(name)\"`")
        }
        var result = SourcedHost(name: name, groups: host.groups.filter { $0 != "ungrouped" })
        if let address = try values.text(Self.addresses) {
            guard NameRules.isAddress(address) else {
                throw ScalarProblem("has the address `\(address.shortened)`, which is none")
            }
            result.address = address
        }
        result.ssh = try settings(values) { warn("`\(name)`: \($0)") }
        for (label, variable) in labels {
            guard let text = try values.text([variable]) else { continue }
            guard NameRules.isLabelValue(text) else {
                throw ScalarProblem("has `\(variable)`, which no label can be: `\(text.shortened)`")
            }
            result.labels[label] = text
        }
        if let target, let text = try values.text([target]) { result.target = .everywhere(text) }
        return result
    }

    // MARK: Private

    private func settings(_ values: Reader, warn: (String) -> Void) throws(ScalarProblem) -> SSHSettings {
        var ssh = SSHSettings()
        for variable in Self.arguments {
            guard let text = try values.text([variable]) else { continue }
            do {
                let arguments = try AnsibleSSHArguments(text, directory: directory)
                for option in arguments.passedOver {
                    warn("`\(option.shortened)` of `\(variable)` is not taken over")
                }
                ssh = arguments.settings.over(ssh)
            } catch {
                throw ScalarProblem("has `\(variable)`, which \(error.predicate)", hint: error.hint)
            }
        }
        if let user = try values.text(Self.users) {
            guard NameRules.isUser(user) else { throw ScalarProblem("has the user `\(user.shortened)`, which is none") }
            ssh.user = user
        }
        if let port = try values.text(Self.ports) {
            guard let number = Int(port), (1...65535).contains(number) else {
                throw ScalarProblem("has the port `\(port.shortened)`, which is none")
            }
            ssh.port = number
        }
        if let key = try values.text(Self.keys) {
            ssh.identityFiles = [LocalPath.keepingHome(key, in: directory)] + (ssh.identityFiles ?? [])
        }
        return ssh
    }
}

extension AnsibleHostMapping {
    /// Whether a host's variables have to be filled in by Ansible before they can be read.
    func needsAnsible(_ host: AnsibleInventory.Host) -> Bool {
        variables.contains { name in host.variables[name].map(Self.needsAnsible) ?? false }
    }

    private static func needsAnsible(_ value: AnsibleValue) -> Bool {
        if case .string(let text) = value { text.contains("{{") || text.contains("{%") } else { value.isVault }
    }

    private struct Reader {
        let variables: [String: AnsibleValue]

        /// The text of the first of these variables that is there; empty texts count as none, as Ansible's defaults have it.
        func text(_ names: [String]) throws(ScalarProblem) -> String? {
            for name in names {
                guard let value = variables[name], value != .null else { continue }
                guard let text = value.scalarText else {
                    throw ScalarProblem("has `\(name)`, which is \(value.kind) and not a text")
                }
                if AnsibleHostMapping.needsAnsible(value) {
                    throw ScalarProblem(
                        "has `\(name)`, which is a template: `\(text.shortened)`", hint: AnsibleHint.templates)
                }
                if !text.isEmpty { return text }
            }
            return nil
        }
    }
}
