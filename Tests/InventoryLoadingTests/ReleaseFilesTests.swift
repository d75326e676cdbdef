import DeployModel
import Testing

@Suite struct ReleaseFilesTests {
    @Test func `what a host adds to a release is read`() throws {
        let release = try Fixture.inventory(
            """
            release:
              from: .
              to: /srv/app
              shared: { dirs: [log, ./public//uploads/], files: config/master.key }
              env_file: config/.env
              owner: app:www
            """
        ).release
        #expect(
            release?.shared
                == ReleaseConfiguration.Shared(directories: ["log", "public/uploads"], files: ["config/master.key"]))
        #expect(release?.environmentFile == "config/.env")
        #expect(release?.owner == ReleaseConfiguration.Owner(user: "app", group: "www"))
        #expect(release?.owner?.description == "app:www")
        #expect(try Fixture.inventory("release: { from: ., to: /a, layout: in_place }").release?.layout == .inPlace)
    }

    @Test(arguments: [
        (
            "shared: { dirs: [../log] }",
            "3:46: `dirs` must be a path within the release, not `../log`\n  hint: such as `log` or `config/master.key`"
        ),
        (
            "env_file: /etc/app.env",
            "3:39: `env_file` must be a path within the release, not `/etc/app.env`\n  hint: such as `log` or `config/master.key`"
        ),
        ("shared: { dirs: [log, log/] }", "3:37: `log` is shared twice"),
        ("shared: { dirs: [log], files: [log/a] }", "3:37: `log/a` lies in `log`, which is shared already"),
        (
            "env_file: .env, shared: { files: [.env] }",
            "3:39: `env_file` cannot be `.env`, which is shared\n  hint: each release has an `env_file` of its own"
        ),
        (
            "env_file: REVISION",
            "3:39: `env_file` cannot be `REVISION`, which is the release's own\n  hint: each release has an `env_file` of its own"
        ),
        ("owner: \"a b\"", "3:36: `owner` must be `user` or `user:group`, not `a b`"),
        ("owner: a:b:c", "3:36: `owner` must be `user` or `user:group`, not `a:b:c`"),
        (
            "layout: in_place, link: /a/b",
            "3:47: `link` cannot be used with `layout: in_place`\n  hint: files that no release brings are left alone there, and keep their owner"
        ),
        (
            "layout: inplace",
            "3:37: `layout` must be one of `releases`, `in_place`, not `inplace`\n  hint: did you mean `in_place`?"
        ),
    ])
    func `a mistake is named`(keys: String, issue: String) {
        #expect(Fixture.issues(with: "release: { from: ., to: /a, \(keys) }") == ["hosts.yml:" + issue])
    }
}
