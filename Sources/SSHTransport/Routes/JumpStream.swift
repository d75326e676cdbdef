import NIOConcurrencyHelpers

/// The end of a stream that a connection to a jump host serves: that connection writes down why it ended before it does.
final class JumpStream: RouteOrigin {
    private let hop: String
    private let error = NIOLockedValueBox<SSHError?>(nil)

    init(hop: String) {
        self.hop = hop
    }

    var reasonOfEnd: String? {
        error.withLockedValue { $0 }.map { "the connection to the jump host `\(hop)` ended: \($0.reason)" }
    }

    func didEnd(_ error: SSHError) {
        self.error.withLockedValue { $0 = error }
    }

    func settle() async {}

    /// The socket's end is enough: the jump host's connection sees it.
    func end() {}

    func waitUntilEnded() async {}
}
