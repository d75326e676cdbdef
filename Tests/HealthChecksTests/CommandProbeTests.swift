import DeployModel
import TestSupport
import Testing

@testable import HealthChecks

struct CommandProbeTests {
    private func observe(
        _ line: String, release: ReleaseID? = "r1", timeout: Duration = .seconds(10), failure: DeployError? = nil
    ) async throws -> HealthObservation {
        try await Lab.run { lab in
            let shell = LocalShell(host: "web-1", in: lab)
            shell.fail(failure)
            let subject = ProbeSubject(host: .named("web-1"), service: "shop")
            let probe = CommandProbe(line: line, timeout: timeout, subject: subject, shell: shell)
            let observation = await probe.observe(release: release)
            #expect(shell.calls.count == 1)
            return observation
        }
    }

    @Test func `status 0 is healthy`() async throws {
        let observation = try await observe("test {host}-{service}-{release} = web-1-shop-r1")
        #expect(observation.isHealthy, "\(observation)")
        #expect(observation.detail.hasPrefix("status 0 in "))
    }

    @Test(arguments: [
        ("echo out; echo err >&2; exit 3", "the health command ended with status 3", "err"),
        ("echo out; exit 4", "the health command ended with status 4", "out"),
        ("no-such-command", "the health command was not found (status 127)", "not found"),
        ("kill -9 $$", "the health command was ended by SIG9", ""),
    ])
    func `anything else is unhealthy, with the last output`(line: String, detail: String, output: String) async throws {
        let observation = try await observe(line)
        #expect(!observation.isHealthy)
        #expect(observation.detail == detail)
        #expect(observation.evidence.first == "`\(line)`")
        #expect(output.isEmpty || observation.evidence.last?.contains(output) == true)
    }

    @Test func `it has only so much time`() async throws {
        let observation = try await observe("sleep 60", timeout: .milliseconds(200))
        #expect(observation.detail == "the health command had not ended after 200 ms")
    }

    @Test func `a lost connection is an observation`() async throws {
        let observation = try await observe("true", failure: DeployError(.connectionLost, "the connection was lost"))
        #expect(observation == HealthObservation(isHealthy: false, detail: "the connection was lost"))
    }
}
