import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct RekeyFaultTests {
    @Test(arguments: [
        (Fault(.uploads, 49, "the hosts renew their keys every 16 MB of an upload"), "16M", 200_000_000),
        (Fault(.uploads, 49, "the hosts renew their keys every 256 KB of an upload"), "256K", 20_000_000),
    ])
    func `an upload survives a server that renews its keys often`(fault: Fault, limit: String, bytes: Int) async throws
    {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.sshd.rekeyLimit = limit
            let bench = try await FaultBench.start(in: lab, options)
            let payload = "\(bench.release.path)/payload.bin"
            #expect(
                try await lab.command(["sh", "-c", "head -c \(bytes) /dev/urandom >\"$1\"", "sh", payload]).succeeded)
            let run = try await bench.deploy()
            #expect(run.status == 0, run.shown)
            for host in bench.fleet.hosts {
                #expect(try await lab.command(["cmp", payload, "\(host.base)/current/payload.bin"]).succeeded)
            }
            try await bench.record(fault, run, saying: "")
        }
    }
}
