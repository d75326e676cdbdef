/// What went wrong on a connection, where, and what to do next.
///
/// A remote command that ends with a status other than zero is a result (``SSHCommandResult``), not an error.
package struct SSHError: Error, Sendable {
    /// The kind of failure; callers branch on it.
    package enum Code: String, Sendable, Hashable {
        /// The address could not be turned into IP addresses.
        case nameResolutionFailed
        /// No TCP connection: refused, unreachable, reset.
        case connectFailed
        /// The peer speaks no SSH.
        case bannerMissing
        /// The server closed the connection before it said that it speaks SSH: it has too many logins in progress, or refuses
        /// this machine.
        case serverBusy
        /// No common algorithm, or the key exchange broke.
        case keyExchangeFailed
        /// The host is in none of the known hosts files.
        case hostKeyUnknown
        /// The host showed another key than the one recorded.
        case hostKeyChanged
        /// The host showed a key that is marked as revoked.
        case hostKeyRevoked
        /// The server took none of the identities.
        case authenticationFailed
        /// There was no identity that could be offered: files unreadable, agent absent.
        case noIdentity
        /// A phase did not end by its deadline.
        case timedOut
        /// The server opened no channel, or its forward target refused.
        case channelRefused
        /// The server lets no connections through, or none to this address (`AllowTcpForwarding`, `PermitOpen`).
        case forwardForbidden
        /// The server refused to start the command.
        case commandRefused
        /// The connection broke. What ran on the host may still be running.
        case connectionLost
        /// Bytes stopped moving although work was pending.
        case noProgress
        /// ``SSHConnection/close()`` was called before the work ended.
        case closed
        /// The task was cancelled before the work began.
        case cancelled
        /// The command cannot be sent faithfully: a NUL, a bad variable or user name.
        case invalidCommand
        /// A local file, socket or descriptor failed.
        case localFailure
        /// libssh2 reported something no other case covers.
        case protocolFailure
    }

    /// What the connection was doing; each one has a deadline of its own or shares the connect timeout.
    package enum Phase: String, Sendable, Hashable {
        case nameResolution = "name resolution"
        case connect = "connect"
        case banner = "SSH banner"
        case keyExchange = "key exchange"
        case hostKey = "host key check"
        case authentication = "authentication"
        case channelOpen = "channel open"
        case commandStart = "command start"
        case command = "command"
        case transfer = "transfer"
        case forward = "forward"
        /// Established, and not at one thing in particular.
        case idle = "connection"
        case close = "close"
    }

    package var code: Code
    /// The host's name as the user knows it, for instance `web-1`.
    package var label: String
    package var phase: Phase
    /// The jump host at which it happened; `nil`: at the host itself.
    package var hop: String?
    /// One sentence without the host's name: what happened and why.
    package var reason: String
    /// What the person reading this can do.
    package var hint: String?
    /// What the operating system or libssh2 said.
    package var underlying: (any Error)?

    /// The same error in the words of what it ended: a broken connection knows only itself.
    func during(_ phase: Phase) -> SSHError {
        guard self.phase == .idle || self.phase == .close else { return self }
        var error = self
        error.phase = phase
        return error
    }

    /// The same error for a host that is reached through the one where it happened.
    func through(_ hop: String, to label: String) -> SSHError {
        var error = self
        error.hop = self.hop ?? hop
        error.label = label
        return error
    }

    package init(
        _ code: Code, label: String, phase: Phase, reason: String, hint: String? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.label = label
        self.phase = phase
        self.reason = reason
        self.hint = hint
        self.underlying = underlying
    }
}

extension SSHError: CustomStringConvertible {
    package var description: String {
        let place = hop.map { "jump host `\($0)`: " } ?? ""
        let message = "`\(label)`: \(place)\(phase.rawValue): \(reason)"
        guard let hint else { return message }
        return "\(message) (\(hint))"
    }
}
