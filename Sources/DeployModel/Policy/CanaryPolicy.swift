/// A first batch that is watched for a time before any other host is touched.
package struct CanaryPolicy: Sendable, Hashable {
    package enum Next: String, Sendable, Hashable, CaseIterable {
        /// The other batches follow by themselves.
        case `continue`
        /// A person has to approve of it: at the terminal the run asks, else it ends there, and `deploy approve` goes on.
        case approve
    }

    /// Which hosts; `nil` for the first in order.
    package var hosts: HostSelection?
    /// How long it is watched.
    package var bake: Duration
    package var next: Next
    /// A person sits at a terminal and can approve during the run.
    package var isApproverPresent = false

    package init(hosts: HostSelection? = nil, bake: Duration = .zero, next: Next = .continue) {
        self.hosts = hosts
        self.bake = bake
        self.next = next
    }
}
