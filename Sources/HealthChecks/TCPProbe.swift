package import DeployModel

/// Asks whether the service accepts a connection at its port on the host.
package struct TCPProbe: HealthProbe {
    private let timeout: Duration
    private let choice: HostAddressChoice
    private let port: Int

    init(port: Int, timeout: Duration, forwarder: any PortForwarder) {
        self.port = port
        self.timeout = timeout
        choice = HostAddressChoice(port: port, forwarder: forwarder)
    }

    package func observe(release: ReleaseID?) async -> HealthObservation {
        await ProbeDeadline.run(timeout) { deadline throws(DeployError) in try await look(deadline) }
    }

    private func look(_ deadline: ProbeDeadline) async throws(DeployError) -> HealthObservation {
        let address: String
        switch try await choice.choose(timeout: deadline.remaining) {
        case .none(let refusals):
            return .nothingListens(refusals)
        case .found(let found):
            address = found
        case .fixed(let fixed):
            address = fixed
            if let refusal = try await choice.attempt(address, timeout: deadline.remaining) {
                return .refused(refusal, elsewhere: try await choice.addressElsewhere(timeout: deadline.remaining))
            }
        }
        return HealthObservation(
            isHealthy: true,
            detail: "\(ProbeURL.authority(address, port)) accepts connections, \(deadline.elapsed.inMilliseconds)")
    }
}

extension HealthObservation {
    /// No candidate accepts a connection.
    static func nothingListens(_ refusals: [HostAddressChoice.Refusal]) -> HealthObservation {
        let detail = refusals.first.map { "\($0)" } ?? "no address to probe"
        return HealthObservation(isHealthy: false, detail: detail, evidence: refusals.map { "\($0)" })
    }

    /// The address the service was found at before refuses now.
    static func refused(_ refusal: HostAddressChoice.Refusal, elsewhere: String?) -> HealthObservation {
        let evidence = elsewhere.map { other in
            [
                "\(ProbeURL.authority(other, refusal.port)) does accept connections, but earlier in this run the "
                    + "service was found at \(ProbeURL.authority(refusal.address, refusal.port))"
            ]
        }
        return HealthObservation(isHealthy: false, detail: "\(refusal)", evidence: evidence ?? [])
    }
}
