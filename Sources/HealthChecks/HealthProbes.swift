package import DeployModel
package import HTTPClient

/// Makes the probe a configuration asks for, looking from the host's own point of view.
package enum HealthProbes {
    /// - Parameters:
    ///   - host: whose health it is; fills the placeholders together with `service`.
    ///   - forwarder: ways through that host's connection.
    ///   - shell: commands on that host.
    ///   - client: its owner shuts it down, after the last observation.
    package static func make(
        _ configuration: HealthConfiguration, for host: Host, service: String, forwarder: any PortForwarder,
        shell: any RemoteShell, client: HTTPClient
    ) -> any HealthProbe {
        let subject = ProbeSubject(host: host, service: service)
        switch configuration.check {
        case .http(let url, let headers):
            let expectation = ResponseExpectation(
                statuses: configuration.expectedStatuses, bodyText: configuration.expectedBodyText)
            return HTTPProbe(
                url: url, headers: headers, expectation: expectation,
                verifiesCertificate: configuration.verifiesCertificate, timeout: configuration.timeout,
                subject: subject, forwarder: forwarder, client: client)
        case .tcp(let port):
            return TCPProbe(port: port, timeout: configuration.timeout, forwarder: forwarder)
        case .command(let line):
            return CommandProbe(line: line, timeout: configuration.timeout, subject: subject, shell: shell)
        }
    }

    /// The port that a probe of this configuration dials on the host through its connection; `nil` where it needs none.
    package static func forwardedPort(_ configuration: HealthConfiguration, for host: Host, service: String) -> Int? {
        switch configuration.check {
        case .http(let url, _):
            let subject = ProbeSubject(host: host, service: service)
            return try? ProbeURL(subject.placeholders(release: nil).fill(url)).port
        case .tcp(let port): return port
        case .command: return nil
        }
    }
}

/// Whose health is looked at, and so what the placeholders of a probe stand for.
struct ProbeSubject: Sendable {
    var host: Host
    var service: String

    func placeholders(release: ReleaseID?) -> Placeholders {
        Placeholders(host: host, release: release, service: service)
    }
}
