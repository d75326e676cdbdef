import Foundation
import TestSupport
import Testing

/// What goes wrong before a release is whole on its host: the live one is not touched, nor is traffic moved.
@Suite(.timeLimit(.minutes(20))) struct UploadFaultTests {
    @Test func `a connection that stalls in the middle of an upload is given up`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            try await makePayload(megabytes: 30, in: lab)
            let proxy = try await FaultyProxy.start(
                in: lab, before: bench.fleet.hosts[0], of: bench.fleet, "stall-client=5000000")
            let run = try await bench.deploy(
                try proxy.sections(), ssh: "keepalive: { interval: 1s, count: 2 }", "connect_timeout: 2s")
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("has not answered for 3 s"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.uploads, 7, "the connection stalls in the middle of an upload"), run)
        }
    }

    struct Disk: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var options: String
        /// What the release has besides its three files.
        var payload: Payload
        var says: String

        enum Payload {
            case megabytes(Int)
            case files(Int)
            case none
        }
        var testDescription: String { fault.text }
    }

    private static let disks = [
        Disk(
            fault: Fault(.uploads, 8, "the disk is full"), options: "size=4m", payload: .megabytes(8), says: "is full"),
        Disk(
            fault: Fault(.uploads, 8, "the disk has no inodes left"), options: "size=20m,nr_inodes=60",
            payload: .files(200), says: "is full"),
        Disk(
            fault: Fault(.uploads, 8, "the disk is read-only"), options: "size=20m", payload: .none, says: "read-only"),
    ]

    @Test(.enabled(if: SmallDisk.canBeMade), arguments: disks)
    func `a disk that cannot take the release leaves the live one untouched`(_ disk: Disk) async throws {
        try await Lab.scenario { lab in
            let mounted = try await SmallDisk.mount("hosts/web-1/srv", in: lab, disk.options)
            let bench = try await FaultBench.start(in: lab)
            switch disk.payload {
            case .megabytes(let count): try await makePayload(megabytes: count, in: lab)
            case .files(let count): for number in 0..<count { try lab.write("x", to: "versions/2/file-\(number)") }
            case .none: try await mounted.makeReadOnly()
            }
            let run = try await bench.deploy()
            #expect(run.status == 3, run.shown)
            #expect(run.text.lowercased().contains(disk.says), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(disk.fault, run)
        }
    }

    @Test func `a host without rsync is found out before the upload`() async throws {
        try await Lab.scenario { lab in
            // All programs but one.
            let bin = try lab.makeDirectory("bin-without-rsync")
            let linked = try await lab.command([
                "sh", "-c", "ln -s /usr/bin/* \"$1\"/ && rm \"$1/rsync\"", "sh", bin,
            ])
            #expect(linked.succeeded, linked.shown)
            var options = Fleet.Options()
            options.sshd.firstLines = ["SetEnv \"PATH=\(bin)\" \"DEPLOY_LAB=\(lab.directory)\""]
            let bench = try await FaultBench.start(in: lab, options)
            let run = try await bench.deploy()
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("rsync was not found on the host"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.uploads, 35, "the hosts have no rsync"), run)
        }
    }

    @Test func `an rsync that is too old is found out before the upload`() async throws {
        try await Lab.scenario { lab in
            try lab.write("#!/bin/sh\necho 'rsync  version 2.6.9  protocol version 29'\n", to: "bin/rsync", mode: 0o755)
            var options = Fleet.Options()
            options.sshd.path = [lab.path("bin")]
            let bench = try await FaultBench.start(in: lab, options)
            let run = try await bench.deploy()
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("2.6.9"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.uploads, 35, "the rsync of the hosts is too old"), run)
        }
    }

    @Test func `a real directory in the place of the link is refused before anything is changed`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let base = bench.fleet.hosts[0].base
            let replaced = try await lab.command([
                "sh", "-ec",
                "cd \"$1\"; cp -r releases/1 copy; mv -T --exchange copy current 2>/dev/null || "
                    + "{ rm current; mv -T copy current; }", "sh", base,
            ])
            #expect(replaced.succeeded, replaced.shown)
            let run = try await bench.deploy()
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("is a real directory") && run.text.contains("--adopt"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.uploads, 45, "`current` is a real directory"), run)
        }
    }

    @Test func `a directory with the name of the release that is not the release is not taken for it`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            try lab.write("by hand", to: "hosts/web-1/srv/acebook/releases/v2/README")
            let run = try await bench.deploy()
            #expect(run.status == 3, run.shown)
            #expect(LabLog(path: "\(bench.fleet.hosts[0].base)/releases/v2/README").text == "by hand")
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.uploads, 45, "the release's directory is there, with something else"), run)
        }
    }

    @Test func `a rollback to a release that is gone lists those that there are`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let run = try await bench.deploy()
            #expect(run.status == 0, run.shown)
            try FileManager.default.removeItem(atPath: "\(bench.fleet.hosts[0].base)/releases/1")
            let back = try await bench.fleet.deploy(["rollback", "-i", lab.path("hosts.yml"), "--format", "json"])
            #expect(back.status == 2, back.shown)
            let said = back.text + back.errorText
            #expect(said.contains("web-1: live v2") && said.contains("web-2: live v2"), back.shown)
            #expect(bench.fleet.versions == ["2", "2"])
            try await bench.record(Fault(.uploads, 46, "the release to roll back to is gone"), back)
        }
    }

    private func makePayload(megabytes: Int, in lab: Lab) async throws {
        let folder = try lab.makeDirectory("versions/2")
        let made = try await lab.command([
            "sh", "-c", "head -c \(megabytes)000000 /dev/urandom >\"$1/payload.bin\"", "sh", folder,
        ])
        #expect(made.succeeded)
    }
}
