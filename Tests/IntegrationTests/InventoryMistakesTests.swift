import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct InventoryMistakesTests {
    private static let text = """
        service: acebook
        hosts:
          web-1: { address: 127.0.0.1, ssh: { port: 70000 } }
        servers: [web-2]
        release:
          from: ./
          to: /srv/acebook
        steps:
          activate: [{ restart: acebook, run: "true" }]
        health:
          http: ":3000/healthz"
          interval: 5
        rollout:
          batch_size: -1
        """
    private static let places = ["3:45", "4:1", "9:14", "12:13", "14:15"]

    @Test(.enabled(if: Strace.isUsable), arguments: [["plan"], []])
    func `five mistakes are all reported with their places, and nothing is contacted`(command: [String]) async throws {
        try await Lab.scenario { lab in
            let inventory = try lab.write(Self.text, to: "hosts.yml")
            let (run, connects) = try await Strace.connects(
                of: [try Repository.product("deploy")] + command + ["--inventory", inventory], in: lab)
            #expect(run.status == 2, run.shown)
            #expect(connects == [])
            for place in Self.places {
                #expect(run.errorText.contains("hosts.yml:\(place): "), run.shown)
            }
        }
    }
}
