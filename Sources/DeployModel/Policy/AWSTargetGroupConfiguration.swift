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
    }

    package var groups: [Group]

    package init(groups: [Group]) {
        self.groups = groups
    }
}
