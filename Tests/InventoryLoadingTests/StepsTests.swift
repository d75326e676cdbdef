import DeployModel
import InventoryLoading
import Testing

@Suite struct StepsTests {
    @Test func `a step is one of run, script, restart and local`() throws {
        let steps = try Fixture.inventory(
            """
            steps:
              build: [{ local: "npm run ${MODE}" }, { local: [npm, run, "a b"], dir: web }]
              prepare: [npm ci, { run: "echo $$ ${X} {host} 100%" }, { run: "a\\n  b\\n" }]
              activate: [{ restart: acebook }, { restart: { unit: "app@1.service", action: reload } }, { script: bin/x.sh }]
            """
        ).steps
        #expect(
            steps[.build]?.map(\.action) == [.local(.shell("npm run ${MODE}")), .local(.argv(["npm", "run", "a b"]))])
        #expect(steps[.build]?.map(\.directory) == ["/project", "/project/web"])
        #expect(steps[.build]?.map(\.name) == ["npm run ${MODE}", "npm run a b"])
        #expect(steps[.prepare]?.map(\.action) == [.run("npm ci"), .run("echo $$ ${X} {host} 100%"), .run("a\n  b\n")])
        #expect(steps[.prepare]?.map(\.name) == ["npm ci", "echo $$ ${X} {host} 100%", "a"])
        #expect(
            steps[.activate]?.map(\.action) == [
                .restart(unit: "acebook", .restart), .restart(unit: "app@1.service", .reload),
                .script(path: "/project/bin/x.sh"),
            ])
        #expect(steps[.activate]?.map(\.name) == ["restart acebook", "reload app@1.service", "x.sh"])
        #expect(steps[.prepare]?.map { $0.location?.column ?? 0 } == [13, 21, 58])
    }

    @Test func `every key of a step is read`() throws {
        let step = try #require(
            try Fixture.inventory(
                """
                steps:
                  prepare:
                    - run: a
                      name: first
                      timeout: 1m
                      idle_timeout: 2s
                      retries: 3
                      sudo: postgres
                      dir: "sub/{release}"
                      env: { A: "${HOME}", B: 010 }
                      shell: login
                      concurrency: 2
                      ignore_errors: true
                """
            ).steps[.prepare]?.first)
        var expected = Step(name: "first", action: .run("a"), timeout: .seconds(60), idleTimeout: .seconds(2))
        expected.retries = 3
        expected.sudo = .user("postgres")
        expected.directory = "sub/{release}"
        expected.environment = ["A": "/home/me", "B": "010"]
        expected.shell = .login
        expected.concurrency = 2
        expected.ignoresErrors = true
        expected.location = DeployModel.SourceLocation(file: "hosts.yml", line: 5, column: 7)
        #expect(step == expected)
    }

    @Test func `files are copied and written by steps of their own`() throws {
        let steps = try Fixture.inventory(
            """
            steps:
              prepare:
                - sync: { from: assets, to: "/srv/{service}/assets", delete: true, exclude: "*.psd" }
                - { template: { from: app.conf, to: config/app.conf, mode: 600 }, hosts: "web-*" }
            """
        ).steps[.prepare]
        #expect(
            steps?.map(\.action) == [
                .sync(
                    Step.Sync(
                        source: "/project/assets", destination: "/srv/{service}/assets", deletes: true,
                        excludes: ["*.psd"])),
                .template(Step.Template(source: "/project/app.conf", destination: "config/app.conf", mode: "600")),
            ])
        #expect(steps?.map(\.name) == ["sync /srv/{service}/assets", "write config/app.conf"])
        #expect(try steps?.map(\.hosts) == [nil, HostSelection(parsing: "web-*")])
    }

    @Test func `what is not said has its default`() throws {
        let step = try #require(try Fixture.inventory("steps: { healthy: [a] }").steps[.healthy]?.first)
        var expected = Step(name: "a", action: .run("a"))
        expected.location = step.location
        #expect(step == expected)
        #expect(try Fixture.inventory("steps: { healthy: [] }").steps.isEmpty)
        #expect(try Fixture.inventory("steps:\n  healthy:\n").steps.isEmpty)
    }

    @Test(arguments: [("true", Step.Sudo.root), ("false", .never), ("auto", .automatic), ("app", .user("app"))])
    func `sudo is yes, no or a user`(text: String, sudo: Step.Sudo) throws {
        #expect(
            try Fixture.inventory("steps: { healthy: [{ run: a, sudo: \(text) }] }").steps[.healthy]?.first?.sudo
                == sudo)
    }

    @Test(arguments: [
        (
            "steps: { prepare: npm ci }",
            "3:19: `prepare` must be a list of steps, not `npm ci`\n  hint: write `- run: …` below it, or `[{ run: … }]`"
        ),
        (
            "steps: { prepare: { run: a } }",
            "3:19: `prepare` must be a list of steps, not a map\n  hint: write `- run: …` below it, or `[{ run: … }]`"
        ),
        (
            "steps: { prepare: [{ name: a }] }",
            "3:20: a step needs one of `run`, `script`, `restart`, `sync`, `template` and `local`"
        ),
        ("steps: { prepare: [{ run: a, restart: b }] }", "3:20: a step is one thing, not `run` and `restart`"),
        ("steps: { prepare: [[a]] }", "3:20: a step must be a map or a command, not a list"),
        ("steps: { prepare: [~] }", "3:20: a step must be a map or a command, not nothing"),
        ("steps: { prepare: [\"  \"] }", "3:20: `run` is empty"),
        ("steps: { prepare: [{ run: [a, b] }] }", "3:27: `run` must be a text, not a list"),
        ("steps: { prepare: [{ run: \"a\\0b\" }] }", "3:27: `run` holds the control character U+0"),
        (
            "steps: { build: [npm ci] }",
            "3:18: a `build` step runs on this machine and must be `local`\n  hint: write `local:` instead of `run:`; on the hosts, `prepare` comes first"
        ),
        ("steps: { build: [{ restart: a }] }", "3:20: a `build` step runs on this machine and must be `local`"),
        (
            "steps: { activate: [{ restart: \"a b\" }] }",
            "3:32: `restart` is not a systemd unit: `a b`\n  hint: for another command write `run`"
        ),
        (
            "steps: { activate: [{ restart: -a }] }",
            "3:32: `restart` is not a systemd unit: `-a`\n  hint: for another command write `run`"
        ),
        ("steps: { activate: [{ restart: { action: stop } }] }", "3:32: `restart` needs `unit`"),
        (
            "steps: { activate: [{ restart: { unit: a, action: kill } }] }",
            "3:51: `action` must be one of `restart`, `reload`, `start`, `stop`, not `kill`"
        ),
        ("steps: { activate: [{ restart: a, dir: b }] }", "3:35: `dir` has no effect on `restart`"),
        ("steps: { prepare: [{ local: a, sudo: true }] }", "3:32: `sudo` has no effect on `local`"),
        ("steps: { prepare: [{ local: [] }] }", "3:29: `local` needs a program as its first word"),
        (
            "steps: { once_before: [{ run: a, concurrency: 2 }] }",
            "3:34: `concurrency` has no effect on a step that runs once"
        ),
        (
            "steps: { prepare: [{ run: a, sudo: yes }] }",
            "3:36: `sudo` must be `true`, `false` or a user, not `yes`\n  hint: write `true`"
        ),
        (
            "steps: { prepare: [{ run: a, sudo: \"a;b\" }] }",
            "3:36: `sudo` must be `true`, `false` or a user, not `a;b`"
        ),
        ("steps: { prepare: [{ run: a, timeout: 0s }] }", "3:39: `timeout` must be at least `1ms`, not `0s`"),
        (
            "steps: { prepare: [{ run: a, dir: \"{realease}\" }] }",
            "3:35: `dir` holds `{realease}`, which is not known here\n  hint: did you mean `{release}`?"
        ),
        (
            "steps: { prepare: [{ run: a, dir: \"{{ host }}\" }] }",
            "3:35: `dir` holds `{{`, which is not understood\n  hint: a word is put in with single braces, such as `{host}`"
        ),
        (
            "steps: { prepare: [{ run: a, env: { DEPLOY_HOST: b } }] }",
            "3:37: `DEPLOY_HOST` cannot be set\n  hint: the variables that begin with `DEPLOY_` are ours"
        ),
        ("steps: { prepare: [{ run: a, env: { A: { b: c } } }] }", "3:40: `A` must be a text, not a map"),
        ("steps: { prepare: [{ sync: a }] }", "3:28: `sync` must be a map, not `a`"),
        (
            "steps: { prepare: [{ sync: { from: a } }] }",
            "3:28: `sync` needs `to`\n  hint: a path on the host; a relative one starts in the release"
        ),
        (
            "steps: { prepare: [{ template: { from: a, to: b, mode: rw } }] }",
            "3:56: `mode` must be octal digits such as `0644`, not `rw`"
        ),
        (
            "steps: { prepare: [{ run: a, hosts: web-9 }] }",
            "3:20: `hosts` of the step `a`: `web-9` is neither a host nor a group of the inventory\n  hint: did you mean `web-1`?"
        ),
        (
            "steps: { once_before: [{ run: a, hosts: web-1 }, { run: b, hosts: all }] }",
            "3:10: the steps of `once_before` run on one host and cannot have different `hosts`"
        ),
        ("steps: { prepare: [{ rnu: a }] }", "3:22: a step has no key `rnu`\n  hint: did you mean `run`?"),
        (
            "steps: { before_all: [a] }",
            "3:10: `steps` has no key `before_all`\n  hint: the keys of `steps` are `build`, `prepare`, `once_before`, `drained`, `activate`, `healthy`, `once_after`, `failed`"
        ),
    ])
    func `a mistake is named`(line: String, issue: String) {
        let issues = Fixture.issues(with: line)
        #expect(
            issues.first.map { $0.replacing("\n  hint: write one step for each", with: "") } == "hosts.yml:" + issue)
        #expect(issues.count == 1)
    }
}
