import DeployModel

/// Somebody else's hands on a balancer we do not know: the user's own commands, or a service that is asked over HTTP.
///
/// Each call is one question or one order. A passing trouble is tried again inside, for as long as
/// ``OperatedBalancer`` says in its `callTimeout` at most.
protocol TargetOperator: Sendable {
    /// For messages: `` `bin/lb state` ``, `` `https://lb.example.com/hook` ``.
    var title: String { get }

    /// Whether the state is asked of each host, or once of the whole pool.
    var asksForEachHost: Bool { get }

    /// - Parameter host: `nil` where the whole pool is asked for.
    func state(of host: OperatedHost?) async throws(DeployError) -> [ReportedTarget]

    /// Stops new traffic to a host; idempotent, and done when accepted.
    func drain(_ host: OperatedHost) async throws(DeployError)

    /// Lets traffic in again; idempotent, and done when accepted.
    func enable(_ host: OperatedHost) async throws(DeployError)
}

/// A host, and what it is called in the balancer.
struct OperatedHost: Sendable, Hashable {
    let host: Host
    /// The declared target, else the host's name.
    let target: String

    init(_ host: Host, service: String) {
        self.host = host
        target = host.target.id(inPool: service) ?? host.name.text
    }
}
