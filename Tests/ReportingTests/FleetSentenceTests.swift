import DeployModel
import TestSupport
import Testing

@testable import Reporting

struct FleetSentenceTests {
    @Test(arguments: [
        (1, "the host runs release new and is in rotation"), (2, "both hosts run release new and are in rotation"),
        (3, "all 3 hosts run release new and are in rotation"),
    ])
    func `a rollout that went well says how many hosts run what`(count: Int, sentence: String) {
        #expect(text(.allNew, hosts(count)) == sentence)
    }

    @Test func `a release that is live under an earlier id is named by it`() {
        let hosts = hosts(2, after: "old", touched: false)
        #expect(text(.allNew, hosts) == "both hosts already run release old and are in rotation")
    }

    @Test func `without a balancer there is no rotation to speak of`() {
        #expect(text(.allNew, hosts(2, rotation: .none)) == "both hosts run release new")
    }

    @Test func `a drain and an enable say where the hosts are`() {
        #expect(text(.allNew, hosts(2, rotation: .outOfRotation), .drain) == "web-[1-2] are out of rotation")
        #expect(text(.allNew, hosts(1), .enable) == "web-1 is in rotation")
    }

    @Test func `hosts that were put back are named, and so are those that do not serve`() {
        #expect(text(.allOld, hosts(1, after: "old")) == "web-1 is back on the release from before and in service")
        #expect(
            text(.allOld, hosts(1, touched: false)) == "nothing was changed in rotation or in what is live")
        #expect(text(.mixedServing, hosts(2)) == "releases are mixed, and the fleet is serving")
        #expect(
            text(.needsPerson, hosts(2, rotation: .outOfRotation))
                == "a person is needed; not in service: web-[1-2]")
    }

    private func hosts(
        _ count: Int, after: ReleaseID = "new", rotation: HostOutcome.Rotation = .inRotation, touched: Bool = true
    ) -> [HostOutcome] {
        (1...count).map { number in
            HostOutcome(
                host: HostName("web-\(number)") ?? "web", result: .succeeded, before: "old", after: after,
                rotation: rotation, isServing: true, wasTouched: touched, duration: .zero, reason: nil)
        }
    }

    private func text(
        _ state: RunOutcome.FleetState, _ hosts: [HostOutcome], _ purpose: RunStarted.Purpose = .rollout
    ) -> String {
        let outcome = RunOutcome(
            ending: .succeeded, state: state, failedStage: nil, hosts: hosts, reason: nil, duration: .zero)
        let start = RunStarted(
            run: "r", service: "acebook", purpose: purpose, release: purpose == .rollout ? "new" : nil, batches: [])
        return FleetSentence.text(outcome, start)
    }
}
