/// How long a lease lasts without its holder, and how long a run waits for one.
package struct LeasePolicy: Sendable, Hashable {
    /// The time after which the lease of a run that has vanished is anyone's.
    package var ttl: Duration
    /// `nil`: not at all, but where a CI runs the deploy, a quarter of an hour.
    package var wait: Duration?

    package init(ttl: Duration = .seconds(60), wait: Duration? = nil) {
        self.ttl = ttl
        self.wait = wait
    }
}
