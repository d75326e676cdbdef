/// What serves the other end of a ``RouteStream``.
protocol RouteOrigin: Sendable {
    /// Why the stream has ended, as far as this is known by now; a clause.
    var reasonOfEnd: String? { get }

    /// Waits a moment until ``reasonOfEnd`` is known, once the stream has ended.
    func settle() async

    /// Ends what serves the stream. Does not wait.
    func end()

    /// Waits until nothing of it is left.
    func waitUntilEnded() async
}
