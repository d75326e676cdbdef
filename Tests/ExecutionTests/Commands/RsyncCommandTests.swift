import Testing

@testable import Execution

struct RsyncCommandTests {
    @Test func `a sync step copies contents, and a file as a file`() {
        var sync = RsyncCommand.Sync(
            source: "/a b", sourceIsDirectory: true, destination: "/srv/it's", deletes: true, user: "app",
            remoteShell: "deploy rsh /s")
        let options = [
            "rsync", "--recursive", "--links", "--perms", "--times", "--omit-dir-times", "--protect-args",
            "--no-human-readable", "--stats", "--from0", "--exclude-from=-", "--rsh=deploy rsh /s",
        ]
        #expect(
            sync.argv == options + ["--delete", "--rsync-path=sudo -n -u app rsync", "--", "/a b/", "host:/srv/it's/"])
        (sync.sourceIsDirectory, sync.deletes, sync.user) = (false, false, nil)
        #expect(sync.argv == options + ["--", "/a b", "host:/srv/it's"])
    }

    private let command = RsyncCommand(
        source: "/home/ada/it's $HOME; `x`", destination: "/srv/web shop/releases/1.partial", comparison: .times,
        remoteShell: "deploy rsh /tmp/s")

    @Test func `an upload makes the partial directory equal to the source`() {
        #expect(
            command.upload(bases: [.link("../0"), .copy("/opt/old app")]) == [
                "rsync", "--recursive", "--links", "--perms", "--chmod=Du+rwx", "--delete", "--delete-excluded",
                "--protect-args", "--no-human-readable", "--from0", "--exclude-from=-", "--rsh=deploy rsh /tmp/s",
                "--times", "--omit-dir-times", "--partial", "--info=progress2", "--stats", "--link-dest=../0",
                "--copy-dest=/opt/old app", "--", "/home/ada/it's $HOME; `x`/",
                "host:/srv/web shop/releases/1.partial/",
            ])
    }

    @Test func `by content, times stay out of it`() {
        var command = command
        command.comparison = .checksums
        let argv = command.upload(bases: [])
        #expect(argv.contains("--checksum"))
        #expect(!argv.contains { $0.contains("times") })
    }

    @Test func `a verification changes nothing and reads every byte`() {
        let argv = command.verify(readsContents: true)
        #expect(argv.contains("--dry-run"))
        #expect(argv.contains("--checksum"))
        #expect(argv.contains("--out-format=%i %n"))
        #expect(!argv.contains { $0.contains("dest=") || $0.contains("progress") })
        #expect(!command.verify(readsContents: false).contains("--checksum"))
    }

    @Test(arguments: [
        (["deploy", "rsh", "/tmp/s"], "deploy rsh /tmp/s"),
        (["/Applications/My Tools/deploy", "rsh"], "'/Applications/My Tools/deploy' rsh"),
        (["it's", ""], "'it''s' ''"),
        ([#"a"b"#], #"'a"b'"#),
        ([#"back\slash"#], #"back\slash"#),
    ])
    func `the remote shell is quoted as rsync reads it`(words: [String], text: String) {
        #expect(RsyncCommand.remoteShell(words) == text)
    }
}
