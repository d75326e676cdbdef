package import DeployModel
package import SSHTransport

extension DeployError {
    /// What a failure of the transport means for a deployment.
    package init(_ error: SSHError, host: HostName) {
        let code: Code =
            switch error.code {
            case .nameResolutionFailed, .connectFailed, .bannerMissing, .serverBusy, .keyExchangeFailed: .unreachable
            case .hostKeyUnknown: .hostKeyUnknown
            case .hostKeyChanged, .hostKeyRevoked: .hostKeyChanged
            case .authenticationFailed, .noIdentity: .authenticationFailed
            case .timedOut: error.phase.isOfConnecting ? .unreachable : .timedOut
            case .channelRefused, .forwardForbidden, .commandRefused: .commandFailed
            case .connectionLost, .noProgress, .closed, .protocolFailure: .connectionLost
            case .cancelled: .interrupted
            case .invalidCommand: .invalidConfiguration
            case .localFailure: .internal
            }
        // On an open connection the one who uses it knows better what was going on.
        let reason = error.phase.isOfConnecting ? "\(error.phase.rawValue): \(error.reason)" : error.reason
        let message = error.hop.map { "jump host `\($0)`: \(reason)" } ?? reason
        self.init(code, host: host, message, hint: error.hint)
    }
}

extension DeployError {
    /// An `ssh_config` that cannot be used for a host.
    package init(_ error: ClientConfigError, host: HostName) {
        let issues = error.issues.map(\.description)
        self.init(
            .invalidConfiguration, host: host, issues.first ?? "its `ssh_config` cannot be used",
            evidence: Array(issues.dropFirst(1).prefix(20)))
    }
}

extension SSHError.Phase {
    /// Nothing had been asked of the host yet.
    fileprivate var isOfConnecting: Bool {
        switch self {
        case .nameResolution, .connect, .banner, .keyExchange, .hostKey, .authentication: true
        case .channelOpen, .commandStart, .command, .transfer, .forward, .idle, .close: false
        }
    }
}
