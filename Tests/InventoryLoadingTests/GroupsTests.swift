import DeployModel
import InventoryLoading
import Testing

@Suite struct GroupsTests {
    private static let hosts = "service: shop\nhosts: [web-1, web-2, db-1]\n"

    @Test func `a group names hosts, ranges and globs and lends its settings`() throws {
        let inventory = try Fixture.load(
            """
            service: shop
            ssh: { user: all, port: 1 }
            env: { A: all, B: all, C: all }
            hosts:
              web-1: { ssh: { user: host }, env: { C: host }, target: own }
              web-2: {}
              db-1:
            groups:
              web: { hosts: ["web-*"], ssh: { user: group, identities_only: true }, target: "{host}.pool", env: { B: web, C: web } }
              first: { hosts: ["web-[1:1]", db-1] }
              one: { hosts: db-1 }
            """
        ).inventory
        #expect(
            inventory.groups.mapValues { $0.map(\.text) } == [
                "web": ["web-1", "web-2"], "first": ["web-1", "db-1"], "one": ["db-1"],
            ])
        #expect(inventory.hosts.map(\.groups) == [["web", "first"], ["web"], ["first", "one"]])
        #expect(inventory.hosts.map(\.ssh.user) == ["host", "group", "all"])
        #expect(inventory.hosts.map(\.ssh.isIdentitiesOnly) == [true, true, nil])
        #expect(inventory.hosts.map(\.ssh.port) == [1, 1, 1])
        #expect(inventory.hosts.map(\.target) == [.everywhere("own"), .everywhere("web-2.pool"), .unstated])
        #expect(
            inventory.hosts.map(\.environment) == [
                ["A": "all", "B": "web", "C": "host"], ["A": "all", "B": "web", "C": "web"],
                ["A": "all", "B": "all", "C": "all"],
            ])
    }

    @Test func `two groups that disagree about one host are an error naming both`() {
        #expect(
            Fixture.issues(
                Self.hosts + """
                    groups:
                      a: { hosts: ["web-*"], ssh: { user: a, port: 1 }, env: { X: a }, target: t }
                      b: { hosts: [web-1, web-2], ssh: { user: b, port: 1 }, env: { X: b }, target: t }
                    """
            ) == [
                "hosts.yml:5:3: the groups `a` and `b` disagree about `env.X` of `web-1`\n"
                    + "  hint: say it on the host itself, or in one group only",
                "hosts.yml:5:3: the groups `a` and `b` disagree about `ssh.user` of `web-1`\n"
                    + "  hint: say it on the host itself, or in one group only",
            ])
    }

    @Test func `a host settles what its groups disagree about`() throws {
        let inventory = try Fixture.load(
            """
            service: shop
            hosts: { web-1: { ssh: { user: own } } }
            groups:
              a: { hosts: [web-1], ssh: { user: a } }
              b: { hosts: [web-1], ssh: { user: b } }
            """
        ).inventory
        #expect(inventory.hosts.first?.ssh.user == "own")
    }

    @Test(arguments: [
        (
            "groups: { web: { hosts: [web-9] } }",
            "3:25: `hosts` names `web-9`, which is no host of this inventory\n  hint: did you mean `web-1`?"
        ),
        ("groups: { web: { hosts: [\"x-*\"] } }", "3:25: `hosts` names no host: nothing matches `x-*`"),
        (
            "groups: { web: {} }",
            "3:16: a group needs `hosts`\n  hint: `hosts` lists names and globs, such as `hosts: [\"web-*\"]`"
        ),
        (
            "groups: { all: { hosts: [web-1] } }",
            "3:11: `all` stands for every host and cannot be a group\n  hint: letters, digits and `. _ -`, not beginning with `-`"
        ),
        (
            "groups: { -web: { hosts: [web-1] } }",
            "3:11: `-web` is not the name of a group\n  hint: letters, digits and `. _ -`, not beginning with `-`"
        ),
        (
            "groups: { db-1: { hosts: [web-1] } }",
            "3:11: `db-1` is a host and a group\n  hint: a selection could not tell them apart; rename one"
        ),
        ("groups: { web: [web-1] }", "3:16: a group must be a map, not a list"),
        ("groups: [web]", "3:9: `groups` must be a map, not a list"),
    ])
    func `a mistake is named`(line: String, issue: String) {
        let issues = Fixture.issues(Self.hosts + line)
        // The place of a value in a list is its own; of one text it is the same.
        #expect(issues.map { $0.replacing("3:26", with: "3:25") } == ["hosts.yml:" + issue])
    }
}
