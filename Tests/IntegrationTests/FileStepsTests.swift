import Foundation
import TestSupport
import Testing

/// Steps that bring files, steps for some hosts only, and what outlives releases.
@Suite(.timeLimit(.minutes(20))) struct FileStepsTests {
    @Test func `files are synced and written, on the hosts that a step names`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            try lab.write("one", to: "assets/a b/one.css")
            try lab.write("no", to: "assets/skip.psd")
            try lab.write("server {host} ${MODE}\n", to: "app.conf")
            let ran = lab.path("ran")
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "env": "{ MODE: test }",
                    "steps": """
                      prepare:
                        - sync: { from: assets, to: public, exclude: "*.psd" }
                        - template: { from: app.conf, to: "\(lab.path("conf"))/{host}.conf" }
                        - { run: 'echo prepare $DEPLOY_HOST >>\(ran)', hosts: web-2 }
                      once_before: [{ run: 'echo migrate $DEPLOY_HOST >>\(ran)', hosts: web-2 }]
                      activate: [{ restart: acebook }]
                    """,
                ])
            let run = try await fleet.deploy(["--inventory", inventory, "--yes"])
            #expect(run.status == 0, run.shown)
            #expect(LabLog(path: ran).text == "prepare web-2\nmigrate web-2\n")
            for host in fleet.hosts {
                #expect(LabLog(path: "\(host.base)/current/public/a b/one.css").text == "one")
                #expect(!FileManager.default.fileExists(atPath: "\(host.base)/current/public/skip.psd"))
                #expect(LabLog(path: lab.path("conf/\(host.name).conf")).text == "server \(host.name) test\n")
            }
        }
    }

    @Test func `a once step whose hosts take no part keeps the run from moving traffic`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "steps": """
                      once_before: [{ run: 'true', hosts: web-2 }]
                      activate: [{ restart: acebook }]
                    """
                ])
            let run = try await fleet.deploy(["--inventory", inventory, "--limit", "web-1", "--once", "--yes"])
            #expect(run.status == 7, run.shown)
            #expect(fleet.versions == ["1", "1"])
        }
    }

    @Test func `a release in place is copied over the directory that the service runs from`() async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 1
            options.inventory["balancer"] = ""
            let fleet = try await Fleet.start(in: lab, options)
            let host = try fleet.host("web-1")
            // The app as someone cloned it: a real directory where the unit looks.
            let live = "\(host.base)/current"
            try FileManager.default.removeItem(atPath: live)
            try FileManager.default.copyItem(atPath: fleet.initial.path, toPath: live)
            try lab.write("by hand", to: "hosts/web-1/srv/acebook/current/uploads/photo")
            func inventory(_ release: LabRelease) throws -> String {
                try fleet.writeInventory(
                    release,
                    sections: [
                        "release": "  from: \(release.path)\n  to: \(live)\n  layout: in_place\n  env_file: .env",
                        "env": "{ MODE: test }",
                        "steps":
                            "  prepare: [touch prepared]\n  activate: [{ run: test -e VERSION }, { restart: acebook }]",
                    ])
            }
            let second = try LabRelease.make("2", in: lab)
            try lab.write("x", to: "versions/2/only-here/file")
            let plan = try await fleet.deploy(["plan", "--inventory", try inventory(second)])
            #expect(plan.text.contains("there is no rollback"), plan.shown)
            var run = try await fleet.deploy(["--inventory", try inventory(second), "--yes"])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2"])
            #expect(LabLog(path: "\(live)/uploads/photo").text == "by hand")
            #expect(LabLog(path: "\(live)/.env").text == "MODE=test\n")
            #expect(FileManager.default.fileExists(atPath: "\(live)/prepared"))
            run = try await fleet.deploy(["--inventory", try inventory(second), "--yes"])
            #expect(run.status == 0 && run.text.contains("already deployed"), run.shown)

            run = try await fleet.deploy(["--inventory", try inventory(try LabRelease.make("3", in: lab)), "--yes"])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["3"])
            #expect(!FileManager.default.fileExists(atPath: "\(live)/only-here"), "only the release before had it")
            #expect(LabLog(path: "\(live)/uploads/photo").text == "by hand")

            let broken = try LabRelease.make("4", broken: "no database", in: lab)
            run = try await fleet.deploy(["--inventory", try inventory(broken), "--yes"])
            #expect(run.status == 13, run.shown)
            #expect((run.text + run.errorText).contains("there is no earlier release to go back to"), run.shown)
        }
    }
}
