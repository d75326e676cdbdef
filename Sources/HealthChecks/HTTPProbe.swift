package import DeployModel
import HTTPClient

/// Sends one request through the host's connection and looks at the answer.
///
/// Host name, `Host` header, SNI and the name in the certificate are the URL's; the address dialled on the host is that
/// of ``HostAddressChoice``. Each look is a new connection: that the service accepts it is part of being healthy.
package struct HTTPProbe: HealthProbe {
    /// More than any health answer; the expected text has to stand within.
    private static let maximumBodyBytes = 256 << 10

    private let url: String
    private let headers: [String: String]
    private let expectation: ResponseExpectation
    private let verifiesCertificate: Bool
    private let timeout: Duration
    private let subject: ProbeSubject
    private let forwarder: any PortForwarder
    private let client: HTTPClient
    private let addresses: ProbeAddresses

    init(
        url: String, headers: [String: String], expectation: ResponseExpectation, verifiesCertificate: Bool,
        timeout: Duration, subject: ProbeSubject, forwarder: any PortForwarder, client: HTTPClient
    ) {
        self.url = url
        self.headers = headers
        self.expectation = expectation
        self.verifiesCertificate = verifiesCertificate
        self.timeout = timeout
        self.subject = subject
        self.forwarder = forwarder
        self.client = client
        addresses = ProbeAddresses(forwarder)
    }

    package func observe(release: ReleaseID?) async -> HealthObservation {
        await ProbeDeadline.run(timeout) { deadline throws(DeployError) in
            try await look(release: release, deadline)
        }
    }

    // MARK: Private

    private func look(release: ReleaseID?, _ deadline: ProbeDeadline) async throws(DeployError) -> HealthObservation {
        let placeholders = subject.placeholders(release: release)
        let probeURL: ProbeURL
        do {
            probeURL = try ProbeURL(placeholders.fill(url))
        } catch {
            return HealthObservation(isHealthy: false, detail: error.description)
        }
        let choice = addresses.choice(port: probeURL.port)
        let address: String
        switch try await choice.choose(timeout: deadline.remaining) {
        case .fixed(let fixed), .found(let fixed): address = fixed
        case .none(let refusals): return .nothingListens(refusals)
        }

        var request = HTTPRequest(url: probeURL.url(at: address))
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            request.headers.append(name: name, value: placeholders.fill(value))
        }
        request.maximumBodyBytes = Self.maximumBodyBytes
        request.reusesConnection = false
        request.verifiesCertificates = verifiesCertificate
        request.timeout = deadline.remaining

        let forward = try await forwarder.forward(toAddress: address, port: probeURL.port)
        request.connection = .unixSocket(path: forward.socketPath)
        let answer: Result<HTTPResponse, HTTPClientError>
        do throws(HTTPClientError) { answer = .success(try await client.send(request)) } catch {
            answer = .failure(error)
        }
        await forward.close()

        let place = ProbeURL.authority(address, probeURL.port)
        switch answer {
        case .success(let response):
            let objection = expectation.objection(to: response, placeholders, release: release)
            return .answered(response, to: request, at: place, objection: objection)
        case .failure(let error):
            // A forward whose far end was refused looks like a server that closes at once, or before libcurl has looked
            // at its own connection: ask.
            if [.connectionLost, .connectionFailed].contains(error.code),
                let refusal = try await choice.attempt(address, timeout: deadline.remaining)
            {
                let elsewhere = try await choice.addressElsewhere(timeout: deadline.remaining)
                return .refused(refusal, elsewhere: elsewhere)
            }
            return .failed(error, of: request, at: place, within: timeout, socketPath: forward.socketPath)
        }
    }
}

extension HealthObservation {
    fileprivate static func answered(
        _ response: HTTPResponse, to request: HTTPRequest, at place: String, objection: String?
    ) -> HealthObservation {
        let time = response.timings.total.inMilliseconds
        guard let objection else { return HealthObservation(isHealthy: true, detail: "\(response.status) in \(time)") }
        let size = response.isBodyTruncated ? "more than \(response.body.count)" : "\(response.body.count)"
        return HealthObservation(
            isHealthy: false, detail: "\(response.status) at \(place), \(objection)",
            evidence: [
                "GET \(ForeignText.line(request.url)) at \(place): \(response.status) in \(time), \(size) bytes"
            ]
                + ForeignText.lines(startOf: response.body))
    }

    fileprivate static func failed(
        _ error: HTTPClientError, of request: HTTPRequest, at place: String, within timeout: Duration,
        socketPath: String
    ) -> HealthObservation {
        // The near end of the forward means nothing to anyone.
        var detail = error.detail.replacing("`\(socketPath)`", with: place)
        if case .timedOut(let phase) = error.code {
            detail = "no answer within \(timeout.inMilliseconds) at \(place), waiting for \(phase.rawValue)"
        }
        return HealthObservation(
            isHealthy: false, detail: ForeignText.line(detail),
            evidence: ["GET \(ForeignText.line(request.url)) at \(place)"])
    }
}
