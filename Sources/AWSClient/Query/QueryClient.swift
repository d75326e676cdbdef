import HTTPClient

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Calls one service in one region: signs, sends, tries again by ``RetryPolicy``, and reads the answer.
///
/// Redirects are not followed, so that a signed request never goes where it was not addressed to.
package struct QueryClient: Sendable {
    package let service: AWSService
    package let region: String
    private let endpoint: AWSEndpoint
    private let session: AWSSession

    package init(_ service: AWSService, region: String, endpoint: AWSEndpoint, session: AWSSession) {
        self.service = service
        self.region = region
        self.endpoint = endpoint
        self.session = session
    }

    /// - Returns: the root of the answer.
    package func call(_ request: QueryRequest) async throws(AWSError) -> AnswerElement {
        let policy = RetryPolicy(maximumAttempts: request.maximumAttempts, isRepeatable: request.isRepeatable)
        var repairs: Set<RetryPolicy.Repair> = []
        var attempt = 1
        while true {
            let credentials = request.isSigned ? try await session.credentials.credentials() : nil
            let failure: RetryPolicy.Failure
            let error: AWSError
            switch await send(request, credentials) {
            case .answer(let root): return root
            case .failure(let known, let asError): (failure, error) = (known, asError)
            }
            switch policy.decision(
                after: failure, attempt: attempt, repairs: repairs, jitter: session.clock.jitter())
            {
            case .giveUp: throw error
            case .correctClock(let offset):
                session.correctClock(by: offset)
                repairs.insert(.clock)
            case .refreshCredentials:
                if let credentials { await session.credentials.reject(credentials) }
                repairs.insert(.credentials)
            case .wait(let duration):
                attempt += 1
                do {
                    try await session.clock.sleep(duration)
                } catch {
                    throw AWSError(.cancelled, "`\(service.signingName):\(request.action)` was cancelled")
                }
            }
        }
    }

    // MARK: Private

    private enum Outcome {
        case answer(AnswerElement)
        case failure(RetryPolicy.Failure, AWSError)
    }

    private static let maximumAnswerBytes = 16 << 20

    private func send(_ request: QueryRequest, _ credentials: AWSCredentials?) async -> Outcome {
        var post = HTTPRequest(
            .post, url: endpoint.url, headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: Array(request.form(for: service).utf8))
        post.timeout = .seconds(20)
        post.connectTimeout = .seconds(5)
        // On a connection that turns out to be gone libcurl sends a request again by itself.
        post.reusesConnection = request.isRepeatable
        post.maximumBodyBytes = Self.maximumAnswerBytes
        do throws(HTTPClientError) {
            if let credentials {
                let signer = SigV4Signer(credentials: credentials, region: region, service: service.signingName)
                post = try signer.sign(post, at: session.awsNow).request
            }
            return read(try await session.http.send(post), to: request, by: credentials)
        } catch {
            let kind: AWSError.Kind =
                switch error.code {
                case .cancelled, .clientShutDown: .cancelled
                case .invalidRequest: .settings
                default: .unreachable
                }
            return .failure(
                .noAnswer(error.code), AWSError(kind, "`\(service.signingName):\(request.action)` failed: \(error)"))
        }
    }

    private func read(
        _ response: HTTPResponse, to request: QueryRequest, by credentials: AWSCredentials?
    ) -> Outcome {
        if (300...399).contains(response.status) {
            let failure = ServiceFailure(status: response.status, code: nil, message: "")
            let place = response.headers["Location"].map { " to `\($0.prefix(200))`" } ?? ""
            return .failure(
                .answered(failure),
                AWSError(
                    .unreachable, "`\(endpoint.url)` answers with a redirect\(place), which is not followed",
                    hint: "is the endpoint right, and `\(region)` the region?"))
        }
        guard response.status == 200 else {
            let failure = ServiceFailure(status: response.status, body: response.body)
            let retryAfter = response.headers["x-amz-retry-after"].flatMap(Int.init).map { Duration.milliseconds($0) }
            let clockOffset = response.headers["Date"].flatMap(AWSTime.http).map { date in
                Duration.seconds(date.timeIntervalSince(session.awsNow))
            }
            return .failure(
                .answered(failure, retryAfter: retryAfter, clockOffset: clockOffset),
                failure.error(of: request.action, service, by: credentials))
        }
        do throws(XMLProblem) {
            if response.isBodyTruncated {
                throw XMLProblem(
                    offset: response.body.count, reason: "it is longer than \(Self.maximumAnswerBytes) bytes")
            }
            return .answer(try XMLReader.read(response.body))
        } catch {
            // 200 and nonsense: something between us and AWS, which may be gone the next time.
            return .failure(
                .noAnswer(.protocolError),
                AWSError(
                    .unreadableAnswer,
                    "the answer to `\(service.signingName):\(request.action)` cannot be read: \(error.reason)",
                    evidence: [String(String(decoding: response.body.prefix(400), as: UTF8.self).prefix(200))]))
        }
    }
}
