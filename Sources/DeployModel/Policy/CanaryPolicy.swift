/// A first batch that is watched for a time before any other host is touched.
package struct CanaryPolicy: Sendable, Hashable {
    package enum Next: String, Sendable, Hashable, CaseIterable {
        /// The other batches follow by themselves.
        case `continue`
        /// The run ends there; the next one that is approved goes on.
        case approve
    }

    /// Which hosts; `nil` for the first in order.
    package var hosts: HostSelection?
    /// How long it is watched.
    package var bake: Duration
    package var next: Next

    package init(hosts: HostSelection? = nil, bake: Duration = .zero, next: Next = .continue) {
        self.hosts = hosts
        self.bake = bake
        self.next = next
    }
}
