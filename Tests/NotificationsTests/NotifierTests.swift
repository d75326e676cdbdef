import DeployModel
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import Notifications

/// What people are told of a run, against a real server.
@Suite(.timeLimit(.minutes(1))) struct NotifierTests {
    private static let start = RunStarted(
        run: "7f3a", service: "acebook", release: "r2", batches: [["web-1"], ["web-2"]])

    private static func outcome(
        _ ending: RunOutcome.Ending, _ state: RunOutcome.FleetState, reason: DeployError? = nil
    ) -> RunOutcome {
        RunOutcome(
            ending: ending, state: state, failedStage: nil,
            hosts: [
                HostOutcome(
                    host: "web-1", result: .succeeded, before: "r1", after: "r2", rotation: .inRotation,
                    isServing: true,
                    wasTouched: true, duration: .seconds(3), reason: nil)
            ], reason: reason, duration: .milliseconds(4500))
    }

    private static func events(_ kinds: [DeployEvent.Kind]) -> [DeployEvent] {
        kinds.enumerated().map { DeployEvent(sequence: $0 + 1, time: Date(timeIntervalSince1970: 0), kind: $1) }
    }

    /// Sends what a run with these events is worth telling, and returns what could not be delivered.
    private func tell(
        _ kinds: [DeployEvent.Kind], _ notifications: [NotificationConfiguration], within limit: Duration = .seconds(20)
    ) async throws -> [String] {
        let problems = Mutex<[String]>([])
        try await HTTPClient.withClient { client in
            let notifier = Notifier(
                notifications, who: "ada@laptop", link: "https://ci.example.com/7", client: client
            ) { problem in problems.withLock { $0.append(problem) } }
            for event in Self.events(kinds) { notifier.receive(event) }
            await notifier.finish(within: limit)
        }
        return problems.withLock { $0 }
    }

    private func fields(_ body: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    @Test func `a webhook is told of the beginning and of the end, field by field`() async throws {
        try await ScriptedHTTPServer.run(
            { _ in .answer(204) },
            while: { server in
                let problems = try await tell(
                    [
                        .runStarted(Self.start), .stopping(reason: .interrupted),
                        .runFinished(Self.outcome(.succeeded, .allNew)),
                    ],
                    [NotificationConfiguration(.webhook, url: Secret(server.url + "/hook?key=abc"))])
                #expect(problems == [])
                let requests = server.requests
                #expect(requests.map { $0.head.first } == Array(repeating: "POST /hook?key=abc HTTP/1.1", count: 2))
                #expect(requests.first?["Content-Type"] == "application/json")
                let first = try fields(try #require(requests.first).body)
                #expect(first["event"] as? String == "started")
                #expect(first["hosts"] == nil)
                #expect(first["link"] as? String == "https://ci.example.com/7")
                let last = try fields(try #require(requests.last).body)
                #expect(last["event"] as? String == "succeeded")
                #expect(last["service"] as? String == "acebook")
                #expect(last["state"] as? String == "all_new")
                #expect(last["duration"] as? Double == 4.5)
                let hosts = try #require(last["hosts"] as? [[String: Any]])
                #expect(hosts.first?["before"] as? String == "r1")
                #expect(
                    last["text"] as? String
                        == "acebook: the rollout of release r2 on 2 hosts has succeeded after 4.5 s (run 7f3a, ada@laptop)"
                )
            })
    }

    @Test func `only the moments that were asked for are told`() async throws {
        try await ScriptedHTTPServer.run(
            { _ in .answer(200) },
            while: { server in
                let problems = try await tell(
                    [.runStarted(Self.start), .runFinished(Self.outcome(.paused, .mixedServing))],
                    [
                        NotificationConfiguration(.webhook, url: Secret(server.url + "/a"), moments: [.failed]),
                        NotificationConfiguration(.webhook, url: Secret(server.url + "/b"), moments: [.paused]),
                    ])
                #expect(problems == [])
                #expect(server.requests.map { $0.head.first } == ["POST /b HTTP/1.1"])
            })
    }

    @Test func `Slack gets one sentence with the reason, and nothing that it would read as its own`() async throws {
        try await ScriptedHTTPServer.run(
            { _ in .answer(200, body: "ok") },
            while: { server in
                let error = DeployError(.unhealthy, host: "web-2", "<!channel> & more")
                _ = try await tell(
                    [.runStarted(Self.start), .runFinished(Self.outcome(.failed, .needsPerson, reason: error))],
                    [NotificationConfiguration(.slack, url: Secret(server.url), moments: [.failed])])
                let body = try fields(try #require(server.requests.first).body)
                #expect(
                    body["text"] as? String
                        == "acebook: the rollout of release r2 on 2 hosts has failed after 4.5 s: a person is needed; "
                        + "web-2: &lt;!channel&gt; &amp; more (run 7f3a, ada@laptop) <https://ci.example.com/7>")
            })
    }

    @Test func `a run that ended before it began is nobody's news`() async throws {
        try await ScriptedHTTPServer.run(
            { _ in .answer(200) },
            while: { server in
                _ = try await tell(
                    [.runFinished(Self.outcome(.failed, .allOld))],
                    [NotificationConfiguration(.slack, url: Secret(server.url))])
                #expect(server.requests == [])
            })
    }

    @Test func `what is refused is said without the address`() async throws {
        try await ScriptedHTTPServer.run(
            { _ in .answer(403, body: "invalid_token") },
            while: { server in
                let problems = try await tell(
                    [.runStarted(Self.start)],
                    [
                        NotificationConfiguration(
                            .slack, url: Secret(server.url + "/T0/B0/token"),
                            location: SourceLocation(file: "hosts.yml", line: 3, column: 9))
                    ])
                #expect(
                    problems == ["the notification `started` to slack (hosts.yml:3:9) was answered with status 403"])
            })
    }

    @Test func `an address that does not answer holds up no other, and nobody beyond the limit`() async throws {
        try await ScriptedHTTPServer.run(
            { $0.head.first?.hasPrefix("POST /mute") == true ? .silence : .answer(200) },
            while: { server in
                let problems = try await tell(
                    [.runStarted(Self.start), .runFinished(Self.outcome(.succeeded, .allNew))],
                    [
                        NotificationConfiguration(.webhook, url: Secret(server.url + "/mute")),
                        NotificationConfiguration(.webhook, url: Secret(server.url + "/well")),
                    ], within: .milliseconds(500))
                #expect(server.requests.count { $0.head.first == "POST /well HTTP/1.1" } == 2)
                #expect(problems.first == "the notification `started` to webhook was not delivered in time")
            })
    }
}
