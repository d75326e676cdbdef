/// The target groups of an AWS load balancer that hold the hosts; a host is drained from all that hold it.
package struct AWSTargetGroupConfiguration: Sendable, Hashable {
    package struct Group: Sendable, Hashable {
        /// An ARN, or a name in the region that the environment, the profile or the instance says.
        package var name: String
        /// Where Elastic Load Balancing, EC2 and Auto Scaling are asked, in the place of AWS's own endpoints.
        package var endpoint: String?

        package init(name: String, endpoint: String? = nil) {
            self.name = name
            self.endpoint = endpoint
        }

        /// The name alone, also where an ARN is given.
        package var shortName: String {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            return name.hasPrefix("arn:") && parts.count == 3 ? String(parts[1]) : name
        }

        /// The region that an ARN holds.
        package var region: String? {
            let parts = name.split(separator: ":", omittingEmptySubsequences: false)
            return name.hasPrefix("arn:") && parts.count == 6 ? String(parts[3]) : nil
        }
    }

    package var groups: [Group]

    package init(groups: [Group]) {
        self.groups = groups
    }
}
