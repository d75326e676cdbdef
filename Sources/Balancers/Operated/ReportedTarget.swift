import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A target as an operator reports it: `{"id": "web-1", "state": "draining", "in_flight": 3}`.
struct ReportedTarget: Sendable, Hashable, Decodable {
    enum State: String, Sendable, Hashable, Decodable, CaseIterable {
        /// Gets new requests, and the balancer takes it for healthy.
        case inService = "in_service"
        case warming, unhealthy
        /// Gets no new requests; without `in_flight` some may still be under way.
        case draining
        /// Gets no requests, and none is under way.
        case out
        case absent
    }

    var id: String
    var state: State
    var inFlight: Int?
    var zone: String?
    /// Why, for people.
    var reason: String?

    private enum CodingKeys: String, CodingKey {
        case id, state, zone, reason
        case inFlight = "in_flight"
    }

    /// Reads the JSON list of an operator.
    ///
    /// - Throws: ``DeployError`` `.balancerFailed` that says what is wrong with it, and shows its beginning.
    static func list(_ text: String, from title: String) throws(DeployError) -> [ReportedTarget] {
        let targets: [ReportedTarget]
        do {
            targets = try JSONDecoder().decode([ReportedTarget].self, from: Data(text.utf8))
        } catch {
            throw DeployError(
                .balancerFailed, "\(title) did not answer with a list of targets: \(Self.explanation(error))",
                evidence: [ForeignText.line(String(text.prefix(200)))].filter { !$0.isEmpty },
                hint: #"it prints JSON such as [{"id": "web-1", "state": "in_service", "in_flight": 0}]"#)
        }
        var seen: Set<String> = []
        for target in targets where !seen.insert(target.id).inserted {
            throw DeployError(.balancerFailed, "\(title) names the target `\(ForeignText.line(target.id))` twice")
        }
        return targets
    }

    var targetState: TargetState {
        let reason = ForeignText.line(reason ?? "")
        return switch state {
        case .inService: .inService
        case .warming: .warming(reason.isEmpty ? "warming" : reason)
        case .unhealthy: .unhealthy(reason.isEmpty ? "unhealthy" : reason)
        case .draining: .draining(inFlight: inFlight.map { max(0, $0) })
        case .out: .out(reason.isEmpty ? "out" : reason)
        case .absent: .absent
        }
    }

    private static func explanation(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is not JSON" }
        switch error {
        case .keyNotFound(let key, _): return "an entry has no `\(key.stringValue)`"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let key = context.codingPath.last { $0.intValue == nil }
            return key.map { "`\($0.stringValue)` has the wrong type" } ?? "it is not a list of objects"
        case .dataCorrupted(let context):
            guard context.codingPath.last?.stringValue == CodingKeys.state.stringValue else { return "it is not JSON" }
            return "`state` must be one of " + State.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        @unknown default: return "it is not JSON"
        }
    }
}
