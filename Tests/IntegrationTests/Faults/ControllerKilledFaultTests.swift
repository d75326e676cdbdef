import Foundation
import TestSupport
import Testing

/// The controller is killed without a chance to say anything, and another machine goes on from what the hosts know.
@Suite(.timeLimit(.minutes(20))) struct ControllerKilledFaultTests {
    /// After so many lines in the journals of the two hosts. The first two say that the run is there; then come, of each
    /// host, the drain, the switch, the steps, the enable and the note that it serves, before the act and after it.
    private static let points = [Array(3...11), Array(12...20)]

    @Test(arguments: points) func `resume makes the fleet all new, whenever it happens`(points: [Int]) async throws {
        try await Lab.scenario(within: .seconds(400)) { lab in
            let bench = try await FaultBench.start(in: lab)
            let fleet = bench.fleet
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url(), rate: 100)
            for point in points {
                let version = "r\(point)"
                try await deployAndKill(version, after: point, fleet, lab)
                let resumed = try await elsewhere(["resume"], fleet, lab)
                #expect(resumed.status == 0, "after line \(point): \(resumed.shown)")
                let status = try await elsewhere(["status"], fleet, lab)
                #expect(status.status == (resumed.text.contains("nothing to do") ? status.status : 0), status.shown)
                let inService = try await fleet.haproxy.members().values.allSatisfy(\.isInService)
                #expect(inService, "after line \(point): \(resumed.shown)")
                #expect(fleet.versions == [version, version], "after line \(point): \(resumed.shown)")
            }
            #expect(try await traffic.stop().failures == [:])
            let last = try await elsewhere(["status", "--format", "json"], fleet, lab)
            try await bench.record(
                Fault(.interrupts, 26, "a run is killed (SIGKILL) at any point; `deploy resume` from elsewhere"), last,
                saying: "", wanted: fleet.versions.first)
        }
    }

    @Test(arguments: points) func `abort makes it serve, whenever it happens`(points: [Int]) async throws {
        try await Lab.scenario(within: .seconds(400)) { lab in
            let fleet = try await Fleet.start(in: lab)
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url(), rate: 100)
            for point in points {
                let before = Set(fleet.versions)
                let version = "a\(point)"
                try await deployAndKill(version, after: point, fleet, lab)
                let aborted = try await elsewhere(["abort"], fleet, lab)
                #expect(aborted.status == 0, "after line \(point): \(aborted.shown)")
                let inService = try await fleet.haproxy.members().values.allSatisfy(\.isInService)
                #expect(inService, "after line \(point): \(aborted.shown)")
                #expect(before.union([version]).isSuperset(of: fleet.versions), "after line \(point): \(aborted.shown)")
                let again = try await elsewhere(["resume"], fleet, lab)
                #expect(again.errorText.contains("there is no unfinished run"), again.shown)
            }
            #expect(try await traffic.stop().failures == [:])
        }
    }

    @Test func `a new deploy takes over, and refuses where it is told to`() async throws {
        try await Lab.scenario(within: .seconds(200)) { lab in
            let bench = try await FaultBench.start(in: lab)
            let fleet = bench.fleet
            try await deployAndKill("2", after: 5, fleet, lab)
            let history = try await elsewhere(["history"], fleet, lab)
            #expect(history.text.contains("unfinished: deploy resume"), history.shown)
            let refusing = try fleet.writeInventory(
                try LabRelease.make("3", in: lab), sections: ["rollout": "{ unfinished: refuse }"])
            _ = try await fleet.deploy(["lease", "release", "-i", refusing, "--yes"])
            let refused = try await fleet.deploy(["-i", refusing])
            #expect(refused.status == 6, refused.shown)
            #expect(refused.text.contains("deploy abort"), refused.shown)
            try await bench.record(
                Fault(.interrupts, 26, "the run before was killed (SIGKILL), with `unfinished: refuse`"), refused,
                saying: refused.line(with: "has not come to an end"), wanted: nil)
            let other = try await fleet.deploy([
                "-i", try fleet.writeInventory(LabRelease.make("3", in: lab)), "--limit", "web-2",
            ])
            #expect(other.status == 6, "web-1 is in the middle: \(other.shown)")
            let taking = try await fleet.deploy(["-i", lab.path("hosts.yml")])
            #expect(taking.status == 0, taking.shown)
            #expect(fleet.versions == ["3", "3"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            try await bench.record(
                Fault(.interrupts, 26, "the run before was killed (SIGKILL), and the next takes over"), taking,
                saying: taking.line(with: "takes over"), wanted: "3")
        }
    }

    // MARK: Private

    /// Deploys, and kills the controller once the run's journals on the hosts have so many lines.
    private func deployAndKill(_ version: String, after lines: Int, _ fleet: Fleet, _ lab: Lab) async throws {
        let inventory = try fleet.writeInventory(try LabRelease.make(version, in: lab))
        let before = journals(fleet)
        let deploy = try fleet.startDeploy(["-i", inventory])
        try await eventually("line \(lines) of the journals", within: .seconds(60), every: .milliseconds(1)) {
            journals(fleet) >= before + lines || !deploy.isRunning
        }
        deploy.signal(SIGKILL)
        _ = try await deploy.wait()
        // Nobody renews it any more; waiting for its end would only take time.
        let freed = try await fleet.deploy(["lease", "release", "-i", inventory, "--yes"])
        #expect(freed.status == 0, freed.shown)
    }

    /// How many lines the hosts' journals have.
    private func journals(_ fleet: Fleet) -> Int {
        fleet.hosts.reduce(0) { total, host in
            let folder = "\(host.base)/.deploy/journal"
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return total + files.reduce(0) { $0 + LabLog(path: "\(folder)/\($1)").text.count { $0 == "\n" } }
        }
    }

    /// Runs `deploy` as somebody else would: from another directory, with another home, without the sources.
    private func elsewhere(_ arguments: [String], _ fleet: Fleet, _ lab: Lab) async throws -> LabCommandResult {
        let place = try lab.makeDirectory("elsewhere")
        let deploy = try Repository.product("deploy")
        return try await lab.command(
            ["sh", "-c", "cd \"$0\" && exec \"$@\"", place, deploy] + arguments + ["-i", lab.path("hosts.yml")],
            environment: ["HOME": place, "USER": "bob"], within: .seconds(120))
    }
}
