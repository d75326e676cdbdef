import DeployModel
import InventoryLoading
import TestSupport
import Testing

@Suite struct ReleaseTests {
    @Test func `every key is read`() throws {
        let release = try Fixture.inventory(
            """
            release:
              from: ../dist/
              to: /srv//{service}/
              link: /home/app/{host}
              id: v1.2.3
              exclude: ["*.map", "!.env.example"]
              keep: 3
              verify: size
              compare: mtime
            """
        ).release
        #expect(
            release
                == ReleaseConfiguration(
                    source: "/dist", destination: "/srv/{service}", link: "/home/app/{host}",
                    fixedID: ReleaseID("v1.2.3"),
                    excludes: ["*.map", "!.env.example"], keep: 3, verification: .size, comparison: .mtime))
    }

    @Test(arguments: [
        ("./", "/project"), (".", "/project"), ("dist", "/project/dist"), ("../dist", "/dist"),
        ("/abs/./x//", "/abs/x"), ("~/x", "/home/me/x"),
        ("~", "/home/me"), ("${HOME}/y", "/home/me/y"), ("${NONE:-z}", "/project/z"), ("a$$b", "/project/a$b"),
    ])
    func `the source is relative to the file`(from: String, source: String) throws {
        #expect(try Fixture.inventory("release: { from: \"\(from)\", to: /a }").release?.source == source)
    }

    @Test func `an id that is automatic is none`() throws {
        #expect(try Fixture.inventory("release: { from: ., to: /a, id: auto }").release?.fixedID == nil)
    }

    @Test(arguments: [
        (
            "release: {}",
            [
                "3:10: `release` needs `from`\n  hint: the local directory to deploy, such as `from: ./dist`",
                "3:10: `release` needs `to`\n  hint: a directory on the hosts, such as `to: /srv/app`",
            ]
        ),
        ("release: { from: \"\", to: /a }", ["3:18: `from` is empty"]),
        (
            "release: { from: ., to: srv }",
            [
                "3:25: `to` must be an absolute path on the host, not `srv`\n  hint: it begins with `/`, such as `/srv/app`"
            ]
        ),
        (
            "release: { from: ., to: ~/app }",
            [
                "3:25: `to` must be an absolute path on the host, not `~/app`\n  hint: write the home directory out: `/home/deploy/app`"
            ]
        ),
        ("release: { from: ., to: / }", ["3:25: `to` cannot be `/`\n  hint: no `.` or `..`, and not `/` itself"]),
        (
            "release: { from: ., to: /a/../b }",
            ["3:25: `to` cannot be `/a/../b`\n  hint: no `.` or `..`, and not `/` itself"]
        ),
        ("release: { from: ., to: \"/a\\nb\" }", ["3:25: `to` must be on one line"]),
        (
            "release: { from: ., to: \"/a/{release}\" }",
            [
                "3:25: `to` holds `{release}`, which is not known here\n  hint: known are `{host}`, `{target}`, `{service}`"
            ]
        ),
        (
            "release: { from: ., to: /a, link: /a }",
            ["3:35: `link` cannot be `/a`, as releases lie in `/a/releases`\n  hint: the default is `/a/current`"]
        ),
        (
            "release: { from: ., to: /a/b, link: /a }",
            ["3:37: `link` cannot be `/a`, as releases lie in `/a/b/releases`\n  hint: the default is `/a/b/current`"]
        ),
        (
            "release: { from: ., to: /a, link: /a/releases/x }",
            [
                "3:35: `link` cannot be `/a/releases/x`, as releases lie in `/a/releases`\n  hint: the default is `/a/current`"
            ]
        ),
        (
            "release: { from: ., to: /a, id: current }",
            [
                "3:33: `id` is not a release id: `current`\n  hint: `auto`, or up to 128 letters, digits and `. _ -`, beginning with a letter or a digit"
            ]
        ),
        ("release: { from: ., to: /a, keep: 0 }", ["3:35: `keep` must be a whole number from 1 to 1000, not `0`"]),
        ("release: { from: ., to: /a, verify: md5 }", ["3:37: `verify` must be one of `checksum`, `size`, not `md5`"]),
        (
            "release: { from: ., to: /a, compare: checksums }",
            [
                "3:38: `compare` must be one of `auto`, `mtime`, `checksum`, not `checksums`\n  hint: did you mean `checksum`?"
            ]
        ),
        ("release: { from: ., to: /a, exclude: [\"\"] }", ["3:39: `exclude` has an empty pattern"]),
        (
            "release: { from: \"${NONE}\", to: /a }",
            [
                "3:18: `from` needs the environment variable `NONE`, which is not set\n  hint: set it, or write `${NONE:-default}`"
            ]
        ),
        (
            "release: { from: \"${NONE\", to: /a }",
            ["3:18: `from` has a `${` without its `}`\n  hint: a dollar of your own is written `$$`"]
        ),
        (
            "release: { from: \"${A-b}\", to: /a }",
            [
                "3:18: `from` holds `${A-b}`, which is not understood\n  hint: write `${NAME}` or `${NAME:-default}`; a dollar of your own is written `$$`"
            ]
        ),
    ])
    func `a mistake is named`(line: String, issues: [String]) {
        #expect(Fixture.issues(with: line) == issues.map { "hosts.yml:" + $0 })
    }

    @Test func `what must lie on this machine is asked for when it is needed`() throws {
        let inventory = try Fixture.inventory(
            "release: { from: dist, to: /a }\nsteps: { healthy: [{ script: a.sh }, { script: b.sh }] }")
        let problems = LocalFiles.problems(
            of: inventory, isDirectory: { $0 == "/project" }, isFile: { $0 == "/project/a.sh" })
        #expect(problems.map(\.code) == [.invalidRelease, .invalidConfiguration])
        #expect(
            problems.map(\.message) == [
                "`release.from` is not a directory: `/project/dist`",
                "hosts.yml:4:38: the script `/project/b.sh` does not exist",
            ])
        #expect(LocalFiles.problems(of: inventory, isDirectory: { _ in true }, isFile: { _ in true }).isEmpty)
    }
}
