/// An Ansible inventory, read and merged: what `ansible-inventory --list` shows of it.
package struct AnsibleInventory: Sendable, Hashable {
    package struct Host: Sendable, Hashable {
        package var name: String
        /// The groups that hold it, `all` left out.
        package var groups: [String]
        /// Merged by Ansible's precedence. Templates are not filled in.
        package var variables: [String: AnsibleValue]
    }

    package struct Group: Sendable, Hashable {
        package var name: String
        /// Its hosts and those of all groups below it.
        package var hosts: [String]
    }

    /// In the order in which they were first named.
    package var hosts: [Host]
    package var groups: [Group]
    /// What Ansible passes over with a warning.
    package var warnings: [InventoryIssue]
}
