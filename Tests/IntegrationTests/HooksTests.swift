import Foundation
import TestSupport
import Testing

/// The user's own programs that have a say in a rollout, and those who are told of it.
@Suite(.timeLimit(.minutes(20))) struct HooksTests {
    /// Writes hooks, each of which notes its name and what it was given before it does what it is to do.
    private func writeHooks(_ scripts: [String: String], in lab: Lab) throws {
        for (name, script) in scripts {
            try lab.write(
                """
                #!/bin/sh
                echo "$DEPLOY_HOOK ${DEPLOY_BATCH:-} $DEPLOY_HOSTS ${DEPLOY_STATE:-}" >>'\(lab.path("hook-calls"))'
                \(script)
                """, to: "hooks/\(name)", mode: 0o755)
        }
    }

    private func calls(in lab: Lab) -> [String] {
        LabLog(path: lab.path("hook-calls")).lines.map { $0.split(separator: " ").joined(separator: " ") }
    }

    private let secrets = "[DATABASE_URL]"

    @Test func `hooks are run at their moments with the event on stdin, and without the secrets`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let see = "cat >>'\(lab.path("events"))'; env >>'\(lab.path("seen"))'"
            try writeHooks(
                [
                    "before_rollout": see, "before_batch": "exit 0", "after_batch": see, "after_rollout": see,
                    "failed": "exit 1",
                ], in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: ["hooks": "  dir: hooks", "secrets": secrets])
            let run = try await fleet.deploy(
                ["-i", inventory, "--format", "json"], environment: ["DATABASE_URL": "s3cret-of-the-database"])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2"])
            #expect(
                calls(in: lab) == [
                    "before_rollout web-1 web-2", "before_batch 1 web-1", "after_batch 1 web-1",
                    "before_batch 2 web-2", "after_batch 2 web-2", "after_rollout web-1 web-2 all_new",
                ])
            let events = LabLog(path: lab.path("events")).lines.compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            }
            #expect(
                events.map { $0["event"] as? String }
                    == ["run.started", "batch.finished", "batch.finished", "run.finished"])
            #expect(events.last?["state"] as? String == "all_new")
            #expect(!LabLog(path: lab.path("seen")).text.contains("s3cret"))
            #expect(run.events.count { $0.event == "hook.finished" } == 6, run.shown)
        }
    }

    @Test func `a hook that fails before a batch stops the rollout there, and the failed one is run`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            try writeHooks(
                [
                    "before_batch": "[ $DEPLOY_BATCH = 1 ] || { echo a freeze until monday; exit 3; }",
                    "failed": "exit 9",
                ],
                in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["hooks": "  dir: hooks"])
            let run = try await fleet.deploy(["-i", inventory])
            #expect(run.status == 11, run.shown)
            #expect(fleet.versions == ["2", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(calls(in: lab).last == "failed web-1 web-2 mixed_serving")
            #expect(run.text.contains("the hook `before_batch` ended with status 3"), run.shown)
            #expect(run.text.contains("a freeze until monday"), run.shown)
            #expect(run.text.contains("the hook `failed` ended with status 9"), run.shown)
        }
    }

    @Test func `a hook that fails at either end: nothing is changed, or everything is new`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            try writeHooks(["before_rollout": "exit 1"], in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["hooks": "  dir: hooks"])
            let refused = try await fleet.deploy(["-i", inventory])
            #expect(refused.status == 3, refused.shown)
            #expect(fleet.versions == ["1", "1"])
            #expect(fleet.hosts.allSatisfy { $0.releases == ["1"] }, "nothing was uploaded")
            #expect(fleet.haproxy.recorder.changes == [])

            try writeHooks(["before_rollout": "exit 0", "after_rollout": "exit 1"], in: lab)
            let late = try await fleet.deploy(["-i", inventory])
            #expect(late.status == 14, late.shown)
            #expect(fleet.versions == ["2", "2"])
        }
    }

    @Test func `a hook that cannot be run is a mistake that contacts nobody, and the plan shows the hooks`()
        async throws
    {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            try writeHooks(["before_rollout": "exit 0"], in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["hooks": "  dir: hooks"])
            let plan = try await fleet.deploy(["plan", "-i", inventory])
            #expect(plan.text.contains("before_rollout in \(lab.path("hooks"))"), plan.shown)
            try lab.write("#!/bin/sh\n", to: "hooks/failed", mode: 0o644)
            let run = try await fleet.deploy(["-i", inventory])
            #expect(run.status == 2, run.shown)
            #expect(run.errorText.contains("hooks/failed` cannot be executed"), run.shown)
            #expect(fleet.hosts.allSatisfy { $0.sshd.log.text.contains("Accepted") == false })
        }
    }

    @Test func `people are told of the beginning and the end, and a dead address costs the run nothing`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let server = try await ScriptedHTTPServer.start {
                $0.head.first?.contains("/gone") == true ? .answer(410) : .answer(200)
            }
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "notify": """
                      - webhook: "\(server.url)/hook?key=${HOOK_KEY}"
                      - slack: "\(server.url)/gone/${HOOK_KEY}"
                        events: succeeded
                    """
                ])
            let run = try await fleet.deploy(["-i", inventory], environment: ["HOOK_KEY": "t0ken-of-the-hook"])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2"])
            let told = server.requests.filter { $0.head.first == "POST /hook?key=t0ken-of-the-hook HTTP/1.1" }
            #expect(told.count == 2)
            #expect(told.first?.body.contains("\"event\":\"started\"") == true)
            #expect(told.last?.body.contains("\"state\":\"all_new\"") == true)
            #expect(run.errorText.contains("was answered with status 410"), run.shown)
            #expect(!(run.text + run.errorText).contains("t0ken-of-the-hook"), run.shown)
            let shown = try await fleet.deploy(
                ["config", "-i", inventory], environment: ["HOOK_KEY": "t0ken-of-the-hook"])
            #expect(!shown.text.contains("t0ken-of-the-hook"), shown.shown)
            await server.stop()
        }
    }
}
