import CLibSSH2
import NIOCore
import NIOPosix

/// What to say when a connection was not established.
extension SSHConnection {
    func failure(
        _ code: SSHError.Code, _ reason: String, hint: String? = nil, underlying: (any Error)? = nil
    ) -> SSHError {
        SSHError(code, label: settings.label, phase: phase, reason: reason, hint: hint, underlying: underlying)
    }

    nonisolated func cancellation() -> SSHError {
        SSHError(.cancelled, label: settings.label, phase: .connect, reason: "the task was cancelled")
    }

    /// A way that ended under the connect knows more about it than the connect, which sees an end of the stream.
    func explained(_ error: SSHError) async -> SSHError {
        guard let origin, [.serverBusy, .connectionLost].contains(error.code) else { return error }
        await origin.settle()
        guard let reason = origin.reasonOfEnd else { return error }
        var error = error
        if [.connect, .banner].contains(error.phase) { (error.code, error.phase) = (.connectFailed, .connect) }
        error.reason = reason
        error.hint = nil
        return error
    }

    var introduction: ServerIntroduction {
        session.map { ServerIntroduction(banner: $0.serverBanner, firstBytes: $0.buffers.firstBytes) }
            ?? lastIntroduction
    }

    /// The server's address, for messages.
    var place: String { "`\(settings.address)` port \(settings.port)" }

    func connectFailure(_ error: any Error) -> SSHError {
        switch error {
        case ChannelError.connectTimeout:
            return failure(
                .timedOut, "no answer from \(place) within \(settings.connectTimeout.text)",
                hint: ConnectHints.timeout(in: phase),
                underlying: error)
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            let cause = error.dnsAError ?? error.dnsAAAAError
            return failure(
                .nameResolutionFailed, "`\(settings.address)`: \(cause.map { "\($0)" } ?? "no addresses")",
                hint: "check the address and this machine's DNS", underlying: error)
        case let error as NIOConnectionError:
            let causes = error.connectionErrors.map { "\($0.target.ipAddress ?? "?"): \(Self.text(of: $0.error))" }
            return failure(
                .connectFailed, "\(place): \(causes.joined(separator: ", "))", hint: ConnectHints.refused,
                underlying: error)
        default:
            return failure(
                .connectFailed, "\(place): \(Self.text(of: error))", hint: ConnectHints.refused, underlying: error)
        }
    }

    func handshakeFailure(_ error: StepFailure) -> SSHError {
        switch error {
        case .terminated(let error) where error.code == .connectionLost && phase == .banner:
            return bannerFailure(underlying: error)
        case .terminated(let error): return error
        case .library(let error) where phase == .banner: return bannerFailure(underlying: error)
        case .library(let error) where error.isKeyExchangeFailure: return keyExchangeFailure(underlying: error)
        case .library(let error): return terminalError ?? broken(error)
        }
    }

    private func keyExchangeFailure(underlying error: LibSSH2Error) -> SSHError {
        let server = introduction.firstBytes.flatMap { ServerAlgorithms(firstBytes: $0) }
        guard let server, let kind = server.mismatchedKind(with: offeredAlgorithms),
            let mismatch = server.mismatch(with: offeredAlgorithms)
        else {
            return failure(.keyExchangeFailed, error.message, hint: ConnectHints.keyExchange, underlying: error)
        }
        return failure(
            .keyExchangeFailed, mismatch,
            hint: remedy(for: kind, server), underlying: error)
    }

    private func remedy(for kind: ServerAlgorithms.Kind, _ server: ServerAlgorithms) -> String {
        let used = "libssh2 \(Self.libraryVersion) is in use"
        let allow = "allow one of this side's by `\(kind.keyword)` in the server's sshd_config"
        let isOld = LibSSH2Version(Self.libraryVersion).map { $0 < LibSSH2Version(1, 11, 0) } ?? true
        guard isOld, server[kind].contains(where: ServerAlgorithms.newInLibSSH2.contains) else {
            return "\(used): \(allow)"
        }
        let other = kind == .hostKey ? ", or give the server an Ed25519 or ECDSA key" : ", or \(allow)"
        return "\(used): 1.11 or newer on this machine knows what the server offers\(other)"
    }

    /// What is configured leaves nothing that libssh2 has.
    func algorithmsMissing(_ kind: ServerAlgorithms.Kind, of preferences: AlgorithmPreferences) -> SSHError {
        let names = preferences.kinds.first { $0.kind == kind }?.names ?? []
        let list = names.isEmpty ? "nothing" : names.map { "`\($0)`" }.joined(separator: ", ")
        return SSHError(
            .keyExchangeFailed, label: settings.label, phase: .keyExchange,
            reason:
                "no \(kind.rawValue) is left: ssh_config asks for \(list), "
                + "of which libssh2 \(Self.libraryVersion) has nothing that is safe",
            hint: "allow another one in ssh_config for this host")
    }

    /// OpenSSH says "Exceeded MaxStartups" or "Not allowed at this time" before it drops a login, older ones nothing.
    private func bannerFailure(underlying: any Error) -> SSHError {
        let text = introduction.banner
        guard let text, !text.contains("MaxStartups"), !text.hasPrefix("Not allowed at this time") else {
            return failure(
                .serverBusy, "the server closed the connection before it identified itself",
                hint: ConnectHints.busy, underlying: underlying)
        }
        return failure(
            .bannerMissing, "what answers there is no SSH server; it said \(text.debugDescription)",
            hint: ConnectHints.banner, underlying: underlying)
    }

    static func text(of error: any Error) -> String {
        (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }
}

/// What to look at, by phase.
enum ConnectHints {
    static let refused = "check the address and port, the security group or firewall, and that sshd runs"
    static let bindAddress = "`BindAddress` in ssh_config has to be an IP address here"
    static let keyExchange = "the server's log may say more (`LogLevel VERBOSE` in sshd_config)"
    static let banner = "check that the port is sshd's"
    static let manyKeys =
        "`MaxAuthTries` of the server is lower than the number of keys offered: name the right one with `identity_file`, "
        + "and set `identities_only: true`"
    static let busy =
        "a server with many logins at once drops some (`MaxStartups`); one may also refuse this machine's address"

    static func timeout(in phase: SSHError.Phase) -> String {
        switch phase {
        case .nameResolution: "check the address and this machine's DNS"
        case .connect: refused
        case .banner: banner
        case .authentication:
            "an agent that waits for its user, or a slow directory service on the host, can be the reason"
        default: "the host may be overloaded; a longer connect timeout may help"
        }
    }
}
