import DeployModel
import Testing

@testable import InventoryLoading

/// Who has a say in a run, and who is told of it.
struct HooksAndNotifyTests {
    @Test func `hooks lie beside the file`() throws {
        let hooks = try #require(try Fixture.inventory("hooks: { dir: .deploy/hooks }").hooks)
        #expect(hooks == HookConfiguration(directory: "/project/.deploy/hooks", timeout: .seconds(600)))
        #expect(try Fixture.inventory("hooks: { dir: a, timeout: 30s }").hooks?.timeout == .seconds(30))
        #expect(try Fixture.inventory("").hooks == nil)
    }

    @Test func `a webhook and Slack, each with its moments`() throws {
        let notifications = try Fixture.inventory(
            "notify: [{ webhook: \"https://example.com/hook\", events: [started, failed] }, { slack: \"${SLACK}\" }]",
            environment: ["SLACK": "https://hooks.slack.com/services/T/B/token"]
        ).notifications
        #expect(notifications.map(\.form) == [.webhook, .slack])
        #expect(notifications.map(\.moments) == [[.started, .failed], [.started, .paused, .failed, .succeeded]])
        #expect(notifications.map(\.url.exposed).last == "https://hooks.slack.com/services/T/B/token")
        #expect(notifications[0].location == SourceLocation(file: "hosts.yml", line: 3, column: 21))
    }

    @Test func `a variable in a URL is a secret, and so is the URL`() throws {
        let inventory = try Fixture.inventory(
            "notify: { slack: \"https://hooks.slack.com/services/${TOKEN}\" }", environment: ["TOKEN": "T0-B0-s3cret"])
        #expect(inventory.notifications.first?.secrets == [Secret("T0-B0-s3cret")])
        let redactor = SecretsReader.atHand(for: inventory, environment: [:]).redactor
        #expect(!redactor.redacted("no such hook: T0-B0-s3cret").contains("s3cret"))
        #expect(!redactor.redacted("https://hooks.slack.com/services/T0-B0-s3cret").contains("hooks.slack.com"))
    }

    @Test func `a variable that is empty tells nobody`() throws {
        let text = "notify: [{ slack: \"${SLACK_WEBHOOK:-}\" }]"
        #expect(try Fixture.inventory(text, environment: [:]).notifications == [])
        #expect(try Fixture.inventory(text, environment: ["SLACK_WEBHOOK": ""]).notifications == [])
    }

    @Test(arguments: [
        ("hooks: {}", "3:8: `hooks` needs `dir`"), ("hooks: { dir: a, on: b }", "3:18: `hooks` has no key `on`"),
        ("notify: [{ events: [failed] }]", "3:10: an entry of `notify` needs one of `webhook` and `slack`"),
        (
            "notify: [{ slack: \"http://a\", webhook: \"http://b\" }]",
            "3:10: an entry of `notify` needs one of `webhook` and `slack`"
        ),
        (
            "notify: [{ webhook: \"ftp://user:t0ken@a\" }]",
            "3:21: `webhook` must be a URL that begins with `https://` or `http://`"
        ),
        (
            "notify: [{ webhook: \"https://a\", events: [faild] }]",
            "3:43: `events` may hold `started`, `paused`, `failed`, `succeeded`, not `faild`"
        ),
        ("notify: soon", "3:9: an entry of `notify` must be a map, not "),
    ])
    func `a mistake is named with its place, and no URL is shown`(line: String, issue: String) throws {
        let issues = Fixture.issues(with: line)
        let first = try #require(issues.first)
        #expect(first.hasPrefix("hosts.yml:" + issue), "\(issues)")
        #expect(!issues.contains { $0.contains("t0ken") })
    }
}
