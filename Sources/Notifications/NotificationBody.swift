import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A message as the bytes of a request.
enum NotificationBody {
    static func json(_ message: RunNews.Message, _ form: NotificationConfiguration.Form) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data =
            switch form {
            case .webhook: try? encoder.encode(Report(message))
            case .slack: try? encoder.encode(Slack(text: slackText(message)))
            }
        // Texts, numbers and booleans always encode.
        return data.map(Array.init) ?? []
    }

    /// One sentence: `acebook: release 7 went out to 3 hosts in 42 s (run 7f3a, ada@laptop)`.
    static func text(_ message: RunNews.Message) -> String {
        let start = message.start
        let hosts = start.batches.joined().count
        let release = start.release.map { "release \($0)" } ?? "the service"
        let what =
            switch start.purpose {
            case .rollout: "the rollout of \(release)"
            case .rollback: "the rollback to \(release)"
            case .restart: "the restart"
            case .abort: "the abort"
            case .drain: "the drain"
            case .enable: "the enable"
            }
        let place = "\(hosts) \(hosts == 1 ? "host" : "hosts")"
        var text = "\(start.service): \(what) on \(place) "
        let took = message.outcome.map { " after \(ReadableDuration.text($0.duration))" } ?? ""
        switch (message.moment, message.outcome) {
        case (.started, _): text += "has begun"
        case (.succeeded, _): text += "has succeeded\(took)"
        case (.paused, _): text += "waits for an approval\(took): the canary serves"
        case (.failed, let outcome):
            text += "\(outcome?.ending == .interrupted ? "was interrupted" : "has failed")\(took)"
            text += outcome.map { ": \(state($0.state))" } ?? ""
            text += reason(outcome).map { "; \($0)" } ?? ""
        }
        return text + " (run \(start.run), \(message.sender.who))"
    }

    // MARK: Private

    private struct Slack: Encodable {
        var text: String
    }

    private struct Report: Encodable {
        struct Host: Encodable {
            var host: String
            var result: String
            var before: String?
            var after: String?
            var rotation: String
            var reason: String?
        }

        var event: String
        var text: String
        var service: String
        var run: String
        var purpose: String
        var who: String
        var link: String?
        var release: String?
        var state: String?
        var ending: String?
        var reason: String?
        /// Seconds.
        var duration: Double?
        var hosts: [Host]?

        init(_ message: RunNews.Message) {
            event = message.moment.rawValue
            text = NotificationBody.text(message)
            service = message.start.service
            run = message.start.run
            purpose = message.start.purpose.rawValue
            who = message.sender.who
            link = message.sender.link
            release = message.start.release?.text
            guard let outcome = message.outcome else { return }
            state = outcome.state.rawValue
            ending = outcome.ending.rawValue
            reason = NotificationBody.reason(outcome)
            duration = (outcome.duration / .milliseconds(1)).rounded() / 1000
            hosts = outcome.hosts.map { host in
                Host(
                    host: host.host.text, result: host.result.rawValue, before: host.before?.text,
                    after: host.after?.text, rotation: host.rotation.rawValue, reason: host.reason?.message)
            }
        }
    }

    /// Slack reads `&`, `<` and `>` as its own, and a link in `<…>`.
    private static func slackText(_ message: RunNews.Message) -> String {
        let escaped = text(message).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
        guard let link = message.sender.link, !link.contains(where: { "<>|".contains($0) }) else { return escaped }
        return "\(escaped) <\(link)>"
    }

    private static func reason(_ outcome: RunOutcome?) -> String? {
        guard let outcome else { return nil }
        if let reason = outcome.reason { return reason.description }
        return outcome.hosts.lazy.filter { $0.result == .failed }.compactMap(\.reason).first?.description
    }

    private static func state(_ state: RunOutcome.FleetState) -> String {
        switch state {
        case .allNew: "every host runs the new release"
        case .allOld: "every host is as it was"
        case .mixedServing: "releases are mixed, and the fleet is serving"
        case .needsPerson: "a person is needed"
        }
    }
}
