import DeployModel
import InventoryLoading
import Testing

@Suite struct EnvironmentTests {
    @Test func `variables are clear, or name a secret`() throws {
        let inventory = try Fixture.load(
            """
            service: acebook
            hosts: { web-1: { env: { secret: [SHARD_KEY, A] } }, web-2: { env: { TOKEN: clear } } }
            groups: { web: { hosts: ["web-*"], env: { clear: { ROLE: web }, secret: ["A:B"] } } }
            env: { clear: { A: all }, secret: [TOKEN] }
            secrets: [DATABASE_URL]
            secrets_from: [{ file: .deploy/secrets }, { command: "vault kv get", format: json }]
            steps: { build: [{ local: npm ci, env: { secret: [NPM_TOKEN] } }] }
            """
        ).inventory
        #expect(
            inventory.environment
                == EnvironmentVariables(["A": "all"], secret: ["TOKEN": "TOKEN", "DATABASE_URL": "DATABASE_URL"]))
        let common = ["TOKEN": "TOKEN", "DATABASE_URL": "DATABASE_URL"]
        #expect(
            inventory.hosts.map(\.environment) == [
                EnvironmentVariables(
                    ["ROLE": "web"], secret: common.merging(["SHARD_KEY": "SHARD_KEY", "A": "A"]) { $1 }),
                EnvironmentVariables(
                    ["ROLE": "web", "TOKEN": "clear"], secret: ["DATABASE_URL": "DATABASE_URL", "A": "B"]),
            ])
        #expect(inventory.secretNames == ["A", "B", "DATABASE_URL", "NPM_TOKEN", "SHARD_KEY", "TOKEN"])
        #expect(
            inventory.secretSources.map(\.place) == [
                .file("/project/.deploy/secrets"), .command(.shell("vault kv get")),
            ])
        #expect(inventory.secretSources.map(\.format) == [.dotenv, .json])
        #expect(inventory.privatePaths == ["/project/hosts.yml", "/project/.deploy/secrets"])
    }

    @Test func `keys and Ansible's files are private as well`() throws {
        let inventory = try Fixture.inventory(
            """
            ssh: { identity_file: [keys/deploy, ~/.ssh/id] }
            host_sources: [{ ansible: { path: ansible, hosts: all } }]
            """)
        #expect(
            inventory.privatePaths == ["/project/hosts.yml", "/project/ansible", "/project/keys/deploy", "~/.ssh/id"])
    }

    @Test func `a variable may be called secret`() throws {
        #expect(try Fixture.inventory("env: { secret: a, clear: b }").environment == ["secret": "a", "clear": "b"])
    }

    @Test func `groups that disagree about a secret are an error`() {
        let issues = Fixture.issues(
            """
            service: a
            hosts: [web-1]
            groups:
              one: { hosts: [web-1], env: { secret: [A] } }
              two: { hosts: [web-1], env: { A: b } }
            """)
        #expect(issues.first?.contains("the groups `one` and `two` disagree about `env.A` of `web-1`") == true)
    }

    @Test(arguments: [
        ("env: { secret: [A], B: c }", "3:21: `B` stands beside `clear` and `secret`\n  hint: write it below `clear`"),
        (
            "env: { secret: { A: b } }",
            "3:16: secrets are a list of names, not a map\n  hint: values do not belong in this file: they come from the environment and `secrets_from`"
        ),
        (
            "secrets: [\"A=b\"]",
            "3:11: `secrets` holds `A=b`, which is not the name of a variable\n  hint: only names stand here; values come from the environment and `secrets_from`"
        ),
        (
            "secrets: [DEPLOY_KEY]",
            "3:11: `DEPLOY_KEY` cannot be set\n  hint: the variables that begin with `DEPLOY_` are ours"
        ),
        ("env: { clear: { A: b }, secret: [A] }", "3:1: `A` is both under `clear` and under `secret`"),
        (
            "secrets_from: [{}]",
            "3:16: a source of secrets needs `file` or `command`\n  hint: such as `secrets_from: [{ file: .deploy/secrets }]`"
        ),
        (
            "secrets_from: [{ file: a, command: b }]",
            "3:16: a source of secrets is `file` or `command`, not both\n  hint: write two sources"
        ),
        (
            "secrets_from: [{ file: a, format: yaml }]", "3:35: `format` must be one of `dotenv`, `json`, not `yaml`"
        ),
    ])
    func `a mistake is named`(line: String, issue: String) {
        #expect(Fixture.issues(with: line) == ["hosts.yml:" + issue])
    }
}
