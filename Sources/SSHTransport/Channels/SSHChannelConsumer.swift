import NIOCore

/// The local side of a channel. All calls come on the connection's event loop, in order.
protocol SSHChannelConsumer: AnyObject {
    /// Whether it takes more output. While it does not, the server is slowed down by the channel's window.
    var wantsOutput: Bool { get }
    /// The server has opened the channel and started what was asked for.
    func channelDidStart()
    func channelDidReceive(_ bytes: ByteBuffer, from stream: LibSSH2Channel.Stream)
    /// There is room for input again.
    func channelDidDrainInput()
    /// The remote side has ended both its streams.
    func channelDidReachEndOfOutput()
    /// Nothing follows: the remote side has closed the channel, or it failed.
    func channelDidEnd(_ end: Result<ChannelEnd, SSHError>)
}

extension SSHChannelConsumer {
    var wantsOutput: Bool { true }
    func channelDidStart() {}
    func channelDidDrainInput() {}
    func channelDidReachEndOfOutput() {}
}

/// What the server said about the end of a channel's process; a channel without one ends with status 0.
struct ChannelEnd: Sendable, Equatable {
    var status: Int
    var signal: String?
}
