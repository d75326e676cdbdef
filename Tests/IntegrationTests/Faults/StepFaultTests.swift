import Foundation
import TestSupport
import Testing

/// What goes wrong on a host that is out of rotation: it goes back to the release it had, and only then into service.
@Suite(.timeLimit(.minutes(20))) struct StepFaultTests {
    /// A line of shell that does something in the new release only.
    private static func onlyNew(_ command: String) -> String { "if [ \"$(cat VERSION)\" = 2 ]; then \(command); fi" }

    private static func activate(_ step: String) -> [String: String] {
        ["steps": "  activate:\n    - { restart: acebook }\n    - \(step)"]
    }

    @Test func `a failing restart command takes its host back to the old release`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let run = try await bench.deploy(
                Self.activate("{ run: '\(Self.onlyNew("echo cannot start; exit 7"))' }"))
            #expect(run.status == 10, run.shown)
            #expect(run.text.contains("cannot start"), run.shown)
            #expect(!bench.fleet.haproxy.recorder.changes.contains { $0.contains("web/web-2") })
            try await bench.record(Fault(.steps, 9, "the restart command fails"), run)
        }
    }

    @Test func `a host that is not to be rolled back stays out, and is named`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let run = try await bench.deploy(
                Self.activate("{ run: '\(Self.onlyNew("exit 7"))' }").merging(["rollout": "{ on_failure: stop }"]) {
                    $1
                })
            #expect(run.status == 11, run.shown)
            try await bench.record(Fault(.steps, 9, "the restart command fails, with `on_failure: stop`"), run)
        }
    }

    @Test func `a restart that hangs is ended on the host with all that it started`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let run = try await bench.deploy(
                Self.activate("{ run: '\(Self.onlyNew("sleep 1000 & sleep 1000"))', timeout: 1s }"))
            #expect(run.status == 10, run.shown)
            #expect(run.text.contains("longer than 1 s"), run.shown)
            try await eventually("the end of what the step had started") {
                !ProcessTable.marked(by: lab.directory).contains { ProcessTable.title(of: $0) == "sleep" }
            }
            try await bench.record(Fault(.steps, 10, "the restart command hangs"), run)
        }
    }

    @Test func `a release that never gets healthy is taken back, and gets no traffic`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            try lab.write("the database is missing\n", to: "versions/2/broken")
            let traffic = try await TrafficGenerator.start(in: lab, url: try bench.fleet.haproxy.url())
            let run = try await bench.deploy([
                "health": Self.health(bench, startTimeout: "2s"),
                "steps": "  activate: [{ restart: acebook }]\n  failed: [{ run: echo from the failed host }]",
            ])
            let report = try await traffic.stop()
            #expect(run.status == 10, run.shown)
            #expect(report.failures == [:])
            #expect(Set(report.versions.keys) == ["1"], "the broken release never got traffic")
            // The failing host's evidence: what its health check said, and what its `failed` steps printed.
            #expect(run.text.contains("the database is missing"), run.shown)
            #expect(run.text.contains("from the failed host"), run.shown)
            // The second host was left alone.
            #expect(try bench.fleet.host("web-2").systemctlCalls == ["restart acebook"], "the first start alone")
            #expect(!bench.fleet.haproxy.recorder.changes.contains { $0.contains("web/web-2") })
            try await bench.record(Fault(.steps, 11, "the service never gets healthy"), run)
        }
    }

    @Test func `a service that flaps is not healthy until it has been so in one piece`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            // Well for half a second, ill for half a second.
            let server = URL(fileURLWithPath: "\(bench.release.path)/server.py")
            let text = try String(contentsOf: server, encoding: .utf8)
            try text.replacingOccurrences(of: "if broken.exists():", with: "if int(time.time() * 2) % 2:")
                .replacingOccurrences(of: "broken.read_text().strip()", with: "'flapping'")
                .write(to: server, atomically: true, encoding: .utf8)
            let run = try await bench.deploy(["health": Self.health(bench, startTimeout: "3s")])
            #expect(run.status == 10, run.shown)
            #expect(run.text.contains("flapping"), run.shown)
            try await bench.record(Fault(.steps, 12, "the service is well and ill by turns"), run)
        }
    }

    private static func health(_ bench: FaultBench, startTimeout: String) -> String {
        """
          http: ":\(bench.fleet.hosts[0].appPort)/healthz"
          interval: 100ms
          healthy_for: 2s
          start_timeout: \(startTimeout)
        """
    }
}
