import Foundation
import TestSupport
import Testing

/// `health.watch` and `health.public`: what clients see decides too.
@Suite(.timeLimit(.minutes(20))) struct HealthWatchTests {
    @Test func `a release that only clients find broken stops the rollout at the first batch`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let release = try LabRelease.make("2", in: lab)
            // Healthy to itself, and wrong to whoever asks for `/`.
            let server = URL(fileURLWithPath: "\(release.path)/server.py")
            let text = try String(contentsOf: server, encoding: .utf8)
            try text.replacingOccurrences(
                of: "status, body = 200, f\"{VERSION}\\n\"",
                with: "status, body = (500, \"no database\\n\") if self.path == \"/\" else (200, f\"{VERSION}\\n\")"
            ).write(to: server, atomically: true, encoding: .utf8)
            let inventory = try fleet.writeInventory(
                release, sections: ["health": try Self.health(fleet, "watch: { http: \"URL/\", interval: 20ms }")])
            let run = try await fleet.deploy(["--inventory", inventory, "--format", "json"])
            #expect(run.status == 11, run.shown)
            #expect(fleet.versions == ["2", "1"], "the second host was not touched")
            #expect(run.text.contains(#""reason":"watch_failed""#), run.shown)
            let watched = try #require(run.text.split(separator: "\n").first { $0.contains("run.public_watched") })
            #expect(!watched.contains(#""failed":0"#), "\(watched)")
            #expect(watched.contains("500, expected 200"), "\(watched)")
        }
    }

    @Test func `a good release is counted without a failure, and checked in public at the end`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "health": try Self.health(
                        fleet, "watch: { http: \"URL/\", interval: 20ms }",
                        "public: { http: \"URL/\", expect: { body_contains: \"2\" } }")
                ])
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            #expect(run.text.contains("requests, 0 failed"), run.shown)
        }
    }

    @Test func `a public address that does not answer as expected is exit code 14`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "health": try Self.health(
                        fleet, "public: { http: \"URL/\", expect: { body_contains: \"3\" }, timeout: 3s }")
                ])
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 14, run.shown)
            #expect(fleet.versions == ["2", "2"])
            #expect(run.text.contains("was not good 5 times in a row within 3 s"), run.shown)
            #expect(run.text.contains("the body does not hold `3`"), run.shown)
        }
    }

    // MARK: Private

    private static func health(_ fleet: Fleet, _ more: String...) throws -> String {
        let url = try fleet.haproxy.url()
        let own = ["http: \":\(fleet.hosts[0].appPort)/healthz\"", "interval: 200ms", "start_timeout: 5s"]
        return (own + more).map { "  " + $0.replacingOccurrences(of: "URL", with: url) }.joined(separator: "\n")
    }
}
