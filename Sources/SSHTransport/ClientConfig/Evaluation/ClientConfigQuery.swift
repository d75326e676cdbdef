/// The host to resolve settings for, and what is said of it elsewhere, as on `ssh`'s command line.
package struct ClientConfigQuery: Sendable, Hashable {
    /// A way to the host that no file can change.
    package enum Way: Sendable, Hashable {
        case direct
        case jump(JumpRoute)
        /// As in `ProxyCommand`, its tokens not filled in.
        case command(String)
    }

    package var host: String
    package var user: String?
    package var port: Int?
    package var way: Way?

    package init(host: String, user: String? = nil, port: Int? = nil, way: Way? = nil) {
        self.host = host
        self.user = user
        self.port = port
        self.way = way
    }
}
