package import DeployModel
package import HTTPClient

/// Asks the public address as a client would: by its name, from this machine, on a connection of its own.
package struct PublicProbe: HealthProbe {
    private static let maximumBodyBytes = 256 << 10

    private let request: PublicChecks.Request
    private let service: String
    private let client: HTTPClient

    package init(_ request: PublicChecks.Request, service: String, client: HTTPClient) {
        self.request = request
        self.service = service
        self.client = client
    }

    package func observe(release: ReleaseID?) async -> HealthObservation {
        let placeholders = Placeholders(host: nil, release: release, service: service)
        var sent = HTTPRequest(url: placeholders.fill(request.url))
        for (name, value) in request.headers.sorted(by: { $0.key < $1.key }) {
            sent.headers.append(name: name, value: placeholders.fill(value))
        }
        sent.timeout = request.timeout
        sent.maximumBodyBytes = Self.maximumBodyBytes
        sent.reusesConnection = false
        let place = "GET \(ForeignText.line(sent.url))"
        do throws(HTTPClientError) {
            let response = try await client.send(sent)
            let time = response.timings.total.inMilliseconds
            let expectation = ResponseExpectation(
                statuses: request.expectedStatuses, bodyText: request.expectedBodyText)
            guard let objection = expectation.objection(to: response, placeholders, release: release) else {
                return HealthObservation(isHealthy: true, detail: "\(response.status) in \(time)")
            }
            return HealthObservation(
                isHealthy: false, detail: "\(response.status), \(objection)",
                evidence: ["\(place): \(response.status) in \(time)"] + ForeignText.lines(startOf: response.body))
        } catch {
            return HealthObservation(isHealthy: false, detail: ForeignText.line(error.detail), evidence: [place])
        }
    }
}
