import DeployModel

/// A way to one HAProxy's runtime API: one connection, one line, one answer.
protocol RuntimeSocket: Sendable {
    /// Where it leads, for messages: `/run/haproxy/admin.sock`, `127.0.0.1:9999`.
    var place: String { get }

    /// Sends one line of commands and returns the whole answer.
    ///
    /// - Throws: `.balancerUnreachable` when there is no answer within `timeout`, or nobody to give one;
    ///   `.balancerDenied` when we may not ask.
    func exchange(_ line: String, timeout: Duration) async throws(DeployError) -> String
}
