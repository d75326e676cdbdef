import DeployModel

/// HAProxy's socket on this machine, or one that this machine can dial.
struct LocalSocket: RuntimeSocket {
    let address: SocketExchange.Address

    var place: String {
        switch address {
        case .unix(let path): path
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    func exchange(_ line: String, timeout: Duration) async throws(DeployError) -> String {
        do throws(SocketExchange.Failure) {
            return try await SocketExchange.run(line, to: address, timeout: timeout)
        } catch {
            throw .socket(error, at: place, line: line, timeout: timeout)
        }
    }
}

extension DeployError {
    static func socket(
        _ failure: SocketExchange.Failure, at place: String, line: String, timeout: Duration
    ) -> DeployError {
        switch failure {
        case .noSuchSocket:
            DeployError(
                .balancerUnreachable, "HAProxy's socket `\(place)` does not exist",
                hint: "`balancer.haproxy.socket` is what `stats socket` says in haproxy.cfg")
        case .refused:
            DeployError(
                .balancerUnreachable, "nothing listens at HAProxy's socket `\(place)`",
                hint: "is HAProxy running there?")
        case .permissionDenied:
            DeployError(
                .balancerDenied, "no permission to open HAProxy's socket `\(place)`",
                hint: "join the socket's group (often `haproxy`), or set `balancer.haproxy.sudo: true`")
        case .timedOut:
            DeployError(
                .balancerUnreachable,
                "HAProxy did not answer at `\(place)` within \(timeout.inSeconds), asked `\(line)`")
        case .tooLong:
            DeployError(
                .balancerFailed,
                "HAProxy's answer at `\(place)` is longer than \(SocketExchange.maximumAnswerBytes >> 20) MiB")
        case .cancelled:
            DeployError(.interrupted, "the question to HAProxy at `\(place)` was cancelled")
        case .other(let reason):
            DeployError(.balancerUnreachable, "HAProxy's socket `\(place)`: \(reason)")
        }
    }
}

extension Duration {
    /// `5 s`, `250 ms`.
    var inSeconds: String {
        let (seconds, attoseconds) = components
        return attoseconds == 0 ? "\(seconds) s" : "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms"
    }
}
