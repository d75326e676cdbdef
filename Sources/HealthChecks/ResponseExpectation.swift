import DeployModel
import HTTPClient

/// What a healthy answer looks like.
struct ResponseExpectation: Sendable {
    var statuses: [ClosedRange<Int>]
    /// A text the body must hold, with placeholders.
    var bodyText: String?

    /// - Returns: `nil` when the answer is as expected, else what is wrong with it, for people.
    func objection(to response: HTTPResponse, _ placeholders: Placeholders, release: ReleaseID?) -> String? {
        guard statuses.contains(where: { $0.contains(response.status) }) else {
            return "expected \(expectedStatuses)"
        }
        guard let bodyText else { return nil }
        // Without a release there is nothing to compare with: whether the service answers is all there is to see.
        if release == nil, Placeholders.words(in: bodyText).contains("release") { return nil }
        let wanted = placeholders.fill(bodyText)
        guard !String(decoding: response.body, as: UTF8.self).contains(wanted) else { return nil }
        let place = response.isBodyTruncated ? "first \(response.body.count) bytes of the body" : "body"
        return "the \(place) does not hold `\(wanted)`"
    }

    private var expectedStatuses: String {
        statuses.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}
