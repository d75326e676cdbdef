import DeployModel
import Testing

@testable import InventoryLoading

/// No key is passed over in silence.
@Suite struct KeysTests {
    @Test(arguments: [
        ("hsots: 1", "the inventory has no key `hsots`\n  hint: did you mean `hosts`?"),
        ("Rollout: {}", "the inventory has no key `Rollout`\n  hint: did you mean `rollout`?"),
        ("rollout: { batchSize: 1 }", "`rollout` has no key `batchSize`\n  hint: did you mean `batch_size`?"),
        ("rollout: { batch-size: 1 }", "`rollout` has no key `batch-size`\n  hint: did you mean `batch_size`?"),
        ("batch_size: 1", "the inventory has no key `batch_size`\n  hint: `batch_size` belongs in `rollout`"),
        ("port: 1", "the inventory has no key `port`\n  hint: `port` belongs in `ssh` of all hosts"),
        ("servers: []", "the inventory has no key `servers`\n  hint: `servers` of other tools is `hosts` here"),
        ("forks: 5", "the inventory has no key `forks`\n  hint: `forks` of other tools is `ssh.fanout` here"),
        ("ssh: { forks: 5 }", "`ssh` of all hosts has no key `forks`\n  hint: `forks` of other tools is `fanout` here"),
        (
            "serial: 1",
            "the inventory has no key `serial`\n  hint: `serial` of other tools is `rollout.batch_size` here"
        ),
        (
            "release: { from: a, to: /a, keep_releases: 3 }",
            "`release` has no key `keep_releases`\n  hint: `keep_releases` of other tools is `keep` here"
        ),
        (
            "linked_files: []",
            "the inventory has no key `linked_files`\n  hint: `linked_files` of other tools is `release.shared.files` here"
        ),
        (
            "deploy_to: /a",
            "the inventory has no key `deploy_to`\n  hint: `deploy_to` of other tools is `release.to` here"
        ),
        (
            "healthcheck: {}",
            "the inventory has no key `healthcheck`\n  hint: `healthcheck` of other tools is `health` here"
        ),
        (
            "steps: { prepare: [{ run: a, become: true }] }",
            "a step has no key `become`\n  hint: `become` of other tools is `sudo` here"
        ),
        (
            "groups: { web: { hosts: [web-1], user: a } }",
            "a group has no key `user`\n  hint: `user` belongs in `ssh` of a host or group"
        ),
        (
            "ssh: { keepalive: { canarry: 1 } }",
            "`keepalive` has no key `canarry`\n  hint: the keys of `keepalive` are `interval`, `count`"
        ),
        ("rollout: { canarry: {} }", "`rollout` has no key `canarry`\n  hint: did you mean `canary`?"),
    ])
    func `an unknown key is answered with what it may mean`(line: String, issue: String) {
        let issues = Fixture.issues(with: line)
        #expect(issues.count == 1)
        #expect(issues.first?.drop { $0 != " " }.dropFirst() == issue[...])
    }

    @Test(arguments: ["HostName", "ansible_host", "hostname", "ip"])
    func `the words of other tools for an address are known`(key: String) {
        #expect(
            Fixture.issues("service: a\nhosts: { a: { \(key): b } }") == [
                "hosts.yml:2:15: a host has no key `\(key)`\n  hint: `\(key)` of other tools is `address` here"
            ])
    }

    @Test func `every foreign word leads to a key that exists`() {
        let maps = InventorySchema.root.all
        for (word, path) in UnknownKey.foreignWords {
            #expect(word == word.lowercased())
            let last = path.split(separator: ".").last.map(String.init) ?? ""
            let isKnown = maps.contains { $0.key(last) != nil }
            #expect(isKnown, "\(word) → \(path)")
        }
    }

    @Test func `keys that begin with x- are ignored in every map of ours`() throws {
        let inventory = try Fixture.load(
            """
            x-note: [1, { a: b }]
            service: a
            hosts: { web-1: { x-rack: 4 } }
            ssh: { x-a: b }
            rollout: { x-a: { b: c } }
            steps: { x-common: &common { timeout: 3s }, prepare: [{ <<: *common, run: a, x-why: b }] }
            """
        ).inventory
        #expect(inventory.steps[.prepare]?.first?.timeout == .seconds(3))
    }

    @Test(arguments: ["~", "", "{}"])
    func `a map with nothing in it says nothing`(text: String) throws {
        let inventory = try Fixture.inventory(
            "ssh: \(text)\nenv: \(text)\nsteps: \(text)\nrollout: \(text)\ngroups: \(text)")
        #expect(inventory.rollout == RolloutPolicy())
    }
}
