import Foundation
import TestSupport
import Testing

/// The controller is gone, and nobody comes: the hosts put themselves back.
@Suite(.timeLimit(.minutes(20))) struct DeadManSwitchTests {
    @Test func `killed before the new release is healthy, the old one serves again, and resume and abort go on`()
        async throws
    {
        try await Lab.scenario(within: .seconds(240)) { lab in
            let fleet = try await Fleet.start(in: lab)
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url(), rate: 100)
            try await killInActivation("2", fleet, lab)
            try await waitUntilRestored(fleet, to: "1")
            let status = try await fleet.deploy(["status", "-i", lab.path("hosts.yml")])
            #expect(status.status == 0, status.shown)
            #expect(status.text.contains("it went back to release 1 and rejoined the balancer by itself"), status.shown)
            #expect(status.text.contains("go on with `deploy resume` or `deploy abort`"), status.shown)
            let history = try await fleet.deploy(["history", "-i", lab.path("hosts.yml")])
            #expect(history.text.contains("unfinished (put themselves back: web-1)"), history.shown)

            let whole = try writeInventory("2", fleet, lab, isHanging: false)
            let resumed = try await fleet.deploy(["resume", "-i", whole])
            #expect(resumed.status == 0, resumed.shown)
            #expect(resumed.text.contains("its dead-man switch fired"), resumed.shown)
            #expect(fleet.versions == ["2", "2"])

            try await killInActivation("3", fleet, lab)
            try await waitUntilRestored(fleet, to: "2")
            let aborted = try await fleet.deploy(["abort", "-i", whole])
            #expect(aborted.status == 0, aborted.shown)
            #expect(fleet.versions == ["2", "2"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            let again = try await fleet.deploy(["resume", "-i", whole])
            #expect(again.errorText.contains("there is no unfinished run"), again.shown)
            #expect(try await traffic.stop().failures == [:])
        }
    }

    @Test func `killed after the new release is healthy, the host keeps it and puts itself into rotation`() async throws
    {
        try await Lab.scenario(within: .seconds(120)) { lab in
            let fleet = try await Fleet.start(in: lab)
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url(), rate: 100)
            let deploy = try fleet.startDeploy(["-i", try writeInventory("2", fleet, lab, isHanging: false)])
            try await eventually(
                "the switch to be told that it may only rejoin", within: .seconds(60), every: .milliseconds(1)
            ) {
                states(fleet.hosts[0]).contains { $0.hasPrefix("rejoin") } || !deploy.isRunning
            }
            deploy.signal(SIGKILL)
            _ = try await deploy.wait()
            try await eventually("the switch to have fired", within: .seconds(40)) {
                states(fleet.hosts[0]).contains("fired")
            }
            #expect(fleet.versions == ["2", "1"])
            try await fleet.haproxy.waitUntilInService()
            #expect(journal(fleet.hosts[0]).contains(#""act":"dead_man""#))
            let status = try await fleet.deploy(["status", "-i", lab.path("hosts.yml")])
            #expect(status.text.contains("it rejoined the balancer by itself"), status.shown)
            let resumed = try await fleet.deploy(["resume", "-i", lab.path("hosts.yml")])
            #expect(resumed.status == 0, resumed.shown)
            #expect(fleet.versions == ["2", "2"])
            #expect(try await traffic.stop().failures == [:])
        }
    }

    @Test func `a controller that stood still for too long finds that the host has acted, and does not enable it`()
        async throws
    {
        try await Lab.scenario(within: .seconds(120)) { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try writeInventory("2", fleet, lab, isHanging: true)
            let deploy = try fleet.startDeploy(["-i", inventory, "--format", "json"])
            try await deploy.waitForEvent("says that the step runs") {
                $0.event == "step.printed" && $0.text == "hangs"
            }
            deploy.signal(SIGSTOP)
            try await waitUntilRestored(fleet, to: "1")
            fleet.haproxy.recorder.forget()
            deploy.signal(SIGCONT)
            let end = try await deploy.wait(within: .seconds(60))

            #expect(end == .exited(13), "\(deploy.log.tail()) \(deploy.errorLog.tail())")
            let outcome = RunEvent.all(in: deploy.log.bytes).last?.outcomes.first
            #expect(outcome?.reason?.code == "dead_man_fired")
            #expect(outcome?.reason?.hint?.contains("deploy abort") == true)
            #expect(fleet.haproxy.recorder.changes == [], "it is left as it put itself")
            #expect(fleet.versions == ["1", "1"])
            let aborted = try await fleet.deploy(["abort", "-i", inventory])
            #expect(aborted.status == 0, aborted.shown)
        }
    }

    @Test func `a run that ends by itself leaves nothing of the switches behind`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try writeInventory("2", fleet, lab, isHanging: false)
            let deployed = try await fleet.deploy(["-i", inventory, "--format", "json"])
            #expect(deployed.status == 0, deployed.shown)
            #expect(deployed.events.filter { $0.event == "host.dead_man_armed" }.map(\.host) == ["web-1", "web-2"])
            #expect(deployed.events.filter { $0.event == "host.dead_man_disarmed" }.map(\.host) == ["web-1", "web-2"])
            for host in fleet.hosts {
                #expect(!FileManager.default.fileExists(atPath: "\(host.base)/.deploy/switch"))
                let list = ["sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '"]
                try await eventually("the process of the switch to end") {
                    try await !lab.command(list).text.contains("\(host.base)/.deploy/switch")
                }
            }
            let plan = try await fleet.deploy(["plan", "-i", inventory])
            #expect(
                plan.text.contains("after 10 s hosts in the middle go back to the release they had, and run"),
                plan.shown)
        }
    }

    // MARK: Private

    /// An inventory whose hosts act after ten seconds, and can put themselves back. A hanging release never ends its
    /// activation; the others pass that step.
    private func writeInventory(
        _ version: String, _ fleet: Fleet, _ lab: Lab, isHanging: Bool
    ) throws -> String {
        let release = try LabRelease.make(version, in: lab)
        let hang = isHanging ? ", { run: 'test \"$(cat VERSION)\" != \(version) || { echo hangs; sleep 600; }' }" : ""
        var sections = try fleet.deadManSections()
        sections["steps"] = "  activate: [{ restart: acebook }\(hang)]"
        return try fleet.writeInventory(release, sections: sections)
    }

    /// Deploys a release whose activation hangs, and kills the controller in the middle of it.
    private func killInActivation(_ version: String, _ fleet: Fleet, _ lab: Lab) async throws {
        let deploy = try fleet.startDeploy([
            "-i", try writeInventory(version, fleet, lab, isHanging: true), "--format", "json",
        ])
        try await deploy.waitForEvent("says that the step runs") { $0.event == "step.printed" && $0.text == "hangs" }
        deploy.signal(SIGKILL)
        _ = try await deploy.wait()
    }

    /// Waits until the first host has acted for itself, and all of them serve.
    private func waitUntilRestored(_ fleet: Fleet, to version: String) async throws {
        try await eventually("the first host to go back by itself", within: .seconds(40)) {
            states(fleet.hosts[0]).contains("fired")
        }
        #expect(fleet.versions == [version, version])
        let log = fleet.hosts[0].serviceLog
        try await eventually("version \(version) to listen again", log: log) {
            log.lines.last { $0.contains(" listens on ") }?.contains("version \(version) ") == true
        }
        try await fleet.haproxy.waitUntilInService()
    }

    /// The states of the switches on a host.
    private func states(_ host: LabHost) -> [String] {
        let files = FileManager.default
        let folder = "\(host.base)/.deploy/switch"
        return ((try? files.contentsOfDirectory(atPath: folder)) ?? []).flatMap { name in
            (try? files.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
        }
    }

    private func journal(_ host: LabHost) -> String {
        let folder = "\(host.base)/.deploy/journal"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.map { LabLog(path: "\(folder)/\($0)").text }.joined()
    }
}
