import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct RekeyTests {
    @Test(arguments: [("16M", 300_000_000), ("256K", 20_000_000)])
    func `an upload survives a server that renews its keys often`(limit: String, bytes: Int) async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 1
            options.sshd.rekeyLimit = limit
            let fleet = try await Fleet.start(in: lab, options)
            let release = try LabRelease.make("2", in: lab)
            let payload = "\(release.path)/payload.bin"
            #expect(
                try await lab.command(["sh", "-c", "head -c \(bytes) /dev/urandom >\"$1\"", "sh", payload]).succeeded)
            let inventory = try fleet.writeInventory(release, sections: ["balancer": ""])
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            let arrived = "\(try fleet.host("web-1").base)/current/payload.bin"
            #expect(try await lab.command(["cmp", payload, arrived]).succeeded)
        }
    }
}
