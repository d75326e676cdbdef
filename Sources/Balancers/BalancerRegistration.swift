import DeployModel

/// One balancer as it is configured: what a plan says of it, and how its driver is made.
struct BalancerRegistration: Sendable {
    typealias Make = @Sendable (BalancerSurroundings) throws(DeployError) -> (any Balancer)?

    let preview: BalancerPreview
    /// Returns `nil` where there is no balancer.
    let make: Make

    init(preview: BalancerPreview, make: @escaping Make) {
        self.preview = preview
        self.make = make
    }

    static let none = BalancerRegistration(preview: BalancerPreview()) { _ in nil }
}

/// What is known of a driver without asking its balancer, for a plan: which server a host is, is only known when asked.
package struct BalancerPreview: Sendable, Hashable {
    /// What will be asked of the balancer for a host, in order.
    package var drain: [String]
    package var enable: [String]
    /// What this kind of balancer cannot do, each a sentence of its own.
    package var limits: [String]

    package init(drain: [String] = [], enable: [String] = [], limits: [String] = []) {
        self.drain = drain
        self.enable = enable
        self.limits = limits
    }
}
