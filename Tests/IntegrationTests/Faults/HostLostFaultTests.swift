import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct HostLostFaultTests {
    private static let payloadBytes = 150_000_000

    @Test(arguments: [10, 30, 50, 70, 90])
    func `a host that goes away during its upload changes nothing anywhere`(percent: Int) async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let fleet = bench.fleet
            try await makePayload(bench.release, in: lab)
            let lost = try fleet.host("web-1")
            let before = try await Observation(of: fleet)

            let deploy = try bench.startDeploy()
            try await eventually(
                "\(percent) % of the upload", within: .seconds(60), every: .milliseconds(2), log: deploy.errorLog
            ) {
                if let end = deploy.poll() { throw LabError("deploy ended: \(end)", logTail: deploy.log.tail()) }
                return arrivedBytes(on: lost) >= Self.payloadBytes / 100 * percent
            }
            await lost.sshd.crash()
            let run = try await deploy.result()

            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("the upload broke off"), run.shown)
            #expect(try await Observation(of: fleet) == before)
            #expect(fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.uploads, 6, "the host goes away during its upload, whenever that is"), run)
        }
    }

    /// All that must be the same afterwards, on the lost host too.
    private struct Observation: Equatable {
        var links: [String?]
        var services: [pid_t?]
        var administrativeStates: [String: Int]

        init(of fleet: Fleet) async throws {
            links = fleet.hosts.map(\.currentLink)
            services = fleet.hosts.map(\.servicePID)
            administrativeStates = try await fleet.haproxy.members().mapValues(\.administrative)
        }
    }

    private func makePayload(_ release: LabRelease, in lab: Lab) async throws {
        let made = try await lab.command([
            "sh", "-c", "head -c \(Self.payloadBytes) /dev/urandom >\"$1/payload.bin\"", "sh", release.path,
        ])
        #expect(made.succeeded)
    }

    /// The size of all that lies in `releases/`, finished or not.
    private func arrivedBytes(on host: LabHost) -> Int {
        let files = FileManager.default.enumerator(atPath: "\(host.base)/releases")
        var sum = 0
        while let file = files?.nextObject() as? String {
            var status = stat()
            if lstat("\(host.base)/releases/\(file)", &status) == 0 { sum += Int(status.st_size) }
        }
        return sum
    }
}
