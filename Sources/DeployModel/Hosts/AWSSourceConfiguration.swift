/// Machines of AWS as hosts: where they are reached and what they are called.
package struct AWSHostNaming: Sendable, Hashable {
    package enum Address: String, Sendable, Hashable, CaseIterable {
        /// The public name, else the public address, else the private one.
        case automatic = "auto"
        case publicName = "public_dns"
        case privateAddress = "private_ip"
    }

    package var address: Address
    /// The tag that holds a host's name; machines that share a name, or have none, are told apart by their ids.
    package var nameTag: String

    package init(address: Address = .automatic, nameTag: String = "Name") {
        self.address = address
        self.nameTag = nameTag
    }
}

/// The running instances with certain tags.
package struct EC2SourceConfiguration: Sendable, Hashable {
    /// `nil` takes the region that the environment, the profile or the instance says.
    package var region: String?
    package var tags: [String: String]
    package var naming: AWSHostNaming

    package init(region: String? = nil, tags: [String: String], naming: AWSHostNaming = AWSHostNaming()) {
        self.region = region
        self.tags = tags
        self.naming = naming
    }
}
