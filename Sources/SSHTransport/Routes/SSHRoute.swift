/// How a connection gets to its host.
package indirect enum SSHRoute: Sendable {
    case direct
    /// Through a host that opens the connection for us; its own settings may lead through others.
    case jump(SSHConnectionSettings)
    /// Through the standard streams of a command for the user's shell, its tokens filled in.
    case command(String)
}
