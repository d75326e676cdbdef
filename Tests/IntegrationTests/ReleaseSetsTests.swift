import Foundation
import TestSupport
import Testing

/// What there is to go back to, on a fleet with a past.
@Suite(.timeLimit(.minutes(20))) struct ReleaseSetsTests {
    @Test func `hosts with different releases go back to the newest that all have, or the reason is said`() async throws
    {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            func deploy(_ version: String, _ more: [String] = []) async throws {
                let inventory = try fleet.writeInventory(
                    try LabRelease.make(version, in: lab), name: "\(version).yml")
                let run = try await fleet.deploy(["-i", inventory, "--release-id", "v\(version)"] + more)
                #expect(run.status == 0, run.shown)
            }
            try await deploy("2")
            try await deploy("3", ["--limit", "web-1"])
            try await deploy("4")
            let back = try await fleet.deploy(["rollback", "-i", lab.path("4.yml")])
            #expect(back.status == 0, back.shown)
            #expect(fleet.versions == ["2", "2"], "web-2 never had 3")

            // Of what is left in common there is nothing before 2 but 1, and then nothing.
            let further = try await fleet.deploy(["rollback", "-i", lab.path("4.yml")])
            #expect(further.status == 0, further.shown)
            #expect(fleet.versions == ["1", "1"])
            let none = try await fleet.deploy(["rollback", "-i", lab.path("4.yml")])
            #expect(none.status == 2, none.shown)
            #expect(none.text.contains("web-1: live 1, good: v4, v3, v2, 1"), none.shown)
            #expect(none.text.contains("web-2: live 1, good: v4, v2, 1"), none.shown)
            let missing = try await fleet.deploy(["rollback", "v3", "-i", lab.path("4.yml")])
            #expect(missing.status == 2, missing.shown)
            #expect(missing.text.contains("release `v3` is not on `web-2`"), missing.shown)
            #expect(fleet.versions == ["1", "1"])
        }
    }

    @Test func `failed deploys never push out the last good release`() async throws {
        try await Lab.scenario(within: .seconds(240)) { lab in
            let fleet = try await Fleet.start(in: lab)
            let base = "  to: \(lab.path("hosts"))/{host}/srv/acebook\n  keep: 1"
            func inventory(_ release: LabRelease) throws -> String {
                try fleet.writeInventory(
                    release, sections: ["release": "  from: \(release.path)\n\(base)"], name: "\(release.version).yml")
            }
            let good = try inventory(try LabRelease.make("2", in: lab))
            #expect(try await fleet.deploy(["-i", good, "--release-id", "v2"]).status == 0)
            for version in ["3", "4", "5"] {
                let broken = try inventory(try LabRelease.make(version, broken: "no database", in: lab))
                let run = try await fleet.deploy(["-i", broken, "--release-id", "v\(version)"])
                #expect(run.status == 10, run.shown)
            }
            #expect(fleet.versions == ["2", "2"])
            for host in fleet.hosts { #expect(host.releases.contains("v2") && host.releases.contains("1")) }
            let back = try await fleet.deploy(["rollback", "-i", good])
            #expect(back.status == 0, back.shown)
            #expect(fleet.versions == ["1", "1"])
        }
    }

    @Test func `an older commit than the live one is refused, and goes out with --force`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let release = try LabRelease.make("2", in: lab)
            func git(_ words: [String]) async throws {
                let identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"]
                let result = try await lab.command(["git", "-C", release.path] + identity + words)
                #expect(result.succeeded, result.shown)
            }
            try await git(["init", "-q", "-b", "main"])
            try await git(["add", "-A"])
            try await git(["commit", "-q", "-m", "two"])
            try lab.write("3\n", to: "versions/2/VERSION")
            try await git(["commit", "-q", "-a", "-m", "three"])
            let inventory = try fleet.writeInventory(release)
            #expect(try await fleet.deploy(["-i", inventory]).status == 0)
            #expect(fleet.versions == ["3", "3"])

            try await git(["checkout", "-q", "HEAD~1"])
            let older = try await fleet.deploy(["-i", inventory])
            #expect(older.status == 5, older.shown)
            #expect(older.text.contains("is older than"), older.shown)
            #expect(fleet.versions == ["3", "3"])
            let forced = try await fleet.deploy(["-i", inventory, "--force"])
            #expect(forced.status == 0, forced.shown)
            #expect(fleet.versions == ["2", "2"])
        }
    }

    @Test func `output that nobody takes, and disks that are full here, never stop a run`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let program = try Repository.product("deploy")
            // The reader is gone after its first line, the record goes to a full device, the journal's copy nowhere.
            let run = try await lab.command(
                [
                    "/bin/sh", "-c",
                    #"{ "$1" -i "$2" -v --events /dev/full; echo "ended $?" >"$3"; } 2>&1 | head -n 1"#, "sh", program,
                    inventory, lab.path("status"),
                ], environment: ["XDG_STATE_HOME": "/dev/full"])
            #expect(run.succeeded, run.shown)
            try await eventually("the run to end", within: .seconds(60)) {
                LabLog(path: lab.path("status")).text.hasPrefix("ended")
            }
            #expect(LabLog(path: lab.path("status")).text == "ended 0\n")
            #expect(fleet.versions == ["2", "2"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
        }
    }
}
