import AWSClient
import DeployModel
import HTTPClient

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A service of the user's that steers the balancer for us, asked by POST requests with a JSON body.
///
/// The protocol is `Documentation.docc/Balancer-Webhook.md`.
struct WebhookOperator: TargetOperator {
    /// Before the second try, the third, and so on.
    static let pauses: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)]
    static let longestPause: Duration = .seconds(10)

    let configuration: WebhookBalancerConfiguration
    let secret: Secret?
    let surroundings: BalancerSurroundings

    /// - Throws: ``DeployError`` `.invalidConfiguration` where the variable with the key is not set.
    init(_ configuration: WebhookBalancerConfiguration, in surroundings: BalancerSurroundings) throws(DeployError) {
        self.configuration = configuration
        self.surroundings = surroundings
        guard let name = configuration.secretName else {
            secret = nil
            return
        }
        guard let key = surroundings.environment[name], !key.isEmpty else {
            throw DeployError(
                .invalidConfiguration, "the webhook's key is not there: the variable `\(name)` is not set",
                hint: "`balancer.webhook.secret` names the variable that holds it")
        }
        secret = Secret(key)
    }

    var title: String { "`\(configuration.url)`" }

    /// One question brings the whole pool.
    var asksForEachHost: Bool { false }

    func state(of host: OperatedHost?) async throws(DeployError) -> [ReportedTarget] {
        try ReportedTarget.list(try await perform("state", host), from: title)
    }

    func drain(_ host: OperatedHost) async throws(DeployError) {
        _ = try await perform("drain", host)
    }

    func enable(_ host: OperatedHost) async throws(DeployError) {
        _ = try await perform("enable", host)
    }

    // MARK: Private

    private func perform(_ action: String, _ host: OperatedHost?) async throws(DeployError) -> String {
        let order = WebhookOrder(
            action: action, service: surroundings.service, run: surroundings.run, host: host?.host.name.text,
            address: host?.host.address, target: host?.target)
        var pauses = Self.pauses[...]
        while true {
            let answer = await send(order)
            switch verdict(on: answer) {
            case .done(let body):
                return body
            case .failed(let error):
                throw error.of(host)
            case .passing(let error, let asked):
                guard let pause = pauses.popFirst() else { throw error.of(host) }
                do {
                    try await Task.sleep(for: min(asked ?? pause, Self.longestPause))
                } catch {
                    throw DeployError(.interrupted, "the question to \(title) was cancelled").of(host)
                }
            }
        }
    }

    private enum Verdict {
        case done(String)
        case failed(DeployError)
        /// Worth another try, after as long as the service asks for.
        case passing(DeployError, after: Duration?)
    }

    private func send(_ order: WebhookOrder) async -> Result<HTTPResponse, HTTPClientError> {
        let body = order.body
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "User-Agent": "deploy", "Idempotency-Key": order.key,
        ]
        if let secret {
            let time = "\(Int64(Date.now.timeIntervalSince1970))"
            headers.append(name: "X-Deploy-Timestamp", value: time)
            headers.append(
                name: "X-Deploy-Signature", value: WebhookSignature.header(of: body, at: time, key: secret))
        }
        var request = HTTPRequest(.post, url: configuration.url, headers: headers, body: Array(body.utf8))
        request.timeout = configuration.timeout
        do throws(HTTPClientError) {
            return .success(try await surroundings.http.send(request))
        } catch {
            return .failure(error)
        }
    }

    private func verdict(on answer: Result<HTTPResponse, HTTPClientError>) -> Verdict {
        switch answer {
        case .failure(let error):
            let failure = DeployError(.balancerUnreachable, "\(title): \(error.detail)")
            switch error.code {
            case .invalidRequest, .tls, .cancelled, .clientShutDown, .unavailable: return .failed(failure)
            default: return .passing(failure, after: nil)
            }
        case .success(let response):
            let body = String(decoding: response.body, as: UTF8.self)
            let said = [ForeignText.line(String(body.prefix(200)))].filter { !$0.isEmpty }
            let failure = { (code: DeployError.Code, hint: String?) in
                DeployError(code, "\(title) answered with status \(response.status)", evidence: said, hint: hint)
            }
            switch response.status {
            case 200..<300: return .done(body)
            case 401, 403:
                let name = configuration.secretName ?? "balancer.webhook.secret"
                return .failed(failure(.balancerDenied, "is the key in `\(name)` the same on both sides?"))
            case 404, 409: return .failed(failure(.notRegistered, nil))
            case 429, 500..<600:
                let seconds = response.headers["Retry-After"].flatMap { Int($0) }
                return .passing(failure(.balancerUnreachable, nil), after: seconds.map { .seconds(max(0, $0)) })
            default: return .failed(failure(.balancerFailed, nil))
            }
        }
    }
}

extension DeployError {
    fileprivate func of(_ host: OperatedHost?) -> DeployError {
        var error = self
        error.host = host?.host.name
        return error
    }
}
