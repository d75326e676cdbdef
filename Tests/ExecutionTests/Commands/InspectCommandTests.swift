import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Execution

struct InspectCommandTests {
    private let scratch: Scratch
    private let release = Release.named("9")

    init() throws { scratch = try Scratch() }

    private func layout(_ destination: String = "app", link: String? = nil) -> ReleaseLayout {
        ReleaseLayout(
            ReleaseConfiguration(source: "/", destination: scratch(destination), link: link.map { scratch($0) }),
            placeholders: Placeholders(host: nil, release: nil, service: "shop"))
    }

    private func inspect(
        _ layout: ReleaseLayout, shell: [String] = ["/bin/sh"], path: String? = nil,
        sudo: [InspectCommand.SudoNeed] = []
    ) async throws -> InspectReport {
        let result = try await LocalHost(shell: shell, path: path).run(
            InspectCommand.make(layout, sudo: sudo), timeout: .seconds(20), idleTimeout: nil, isRepeatable: true,
            output: nil)
        #expect(result.isSuccess, "\(result.standardError)")
        return InspectReport(output: result.standardOutput)
    }

    private func fake(_ name: String, _ body: String) throws -> String {
        try scratch.write("#!/bin/sh\n\(body)\n", to: "bin/\(name)", mode: 0o755)
        return scratch("bin")
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `an untouched host can take a release`(shell: [String]) async throws {
        let report = try await inspect(layout("deep/down/app"), shell: shell)
        #expect(report.user == NSUserName())
        #expect(report.destination == .creatable)
        #expect(report.inventory.link == .absent)
        #expect((report.freeBytes ?? 0) > 1_000_000)
        let facts = try report.facts(for: release, on: "web-1", layout("deep/down/app"))
        #expect(facts.live == nil)
        #expect(facts.warnings.isEmpty)
        #expect(facts.rsyncVersion.hasPrefix("3."))
        #expect(scratch.names(in: "").filter { $0 != "bin" }.isEmpty, "nothing is made by looking")
    }

    @Test func `what is live is told with its digest`() async throws {
        let layout = layout()
        let manifest = ReleaseManifest(
            id: "1", contentDigest: "abc", state: .good, created: Date(timeIntervalSince1970: 0))
        try scratch.makeDirectory("app/releases/1")
        try scratch.write(manifest.json, to: "app/releases/.1.json")
        try scratch.link("app/current", to: "releases/1")
        let facts = try await inspect(layout).facts(for: release, on: "web-1", layout)
        #expect(facts.live == LiveRelease(id: "1", contentDigest: "abc", isGood: true))
    }

    @Test func `a link by another tool is the previous release`() async throws {
        try scratch.makeDirectory("app")
        try scratch.link("app/current", to: "/opt/shop/v17")
        let facts = try await inspect(layout()).facts(for: release, on: "web-1", layout())
        #expect(facts.live == LiveRelease(id: "v17", contentDigest: nil, isGood: true))
    }

    @Test func `a real directory where the link belongs is refused with the ways on`() async throws {
        try scratch.write("x", to: "app/current/file")
        let report = try await inspect(layout())
        let error = try #require(throws: DeployError.self) { try report.facts(for: release, on: "web-1", layout()) }
        #expect(error.code == .linkIsDirectory)
        #expect(error.host == "web-1")
        #expect(error.message == "`\(scratch("app/current"))` is a real directory, so no release can take its place")
    }

    @Test func `a destination that is a file is refused`() async throws {
        try scratch.write("x", to: "app")
        let report = try await inspect(layout())
        let error = try #require(throws: DeployError.self) { try report.facts(for: release, on: "web-1", layout()) }
        #expect(error.code == .preflightFailed)
        #expect(error.message == "`\(scratch("app"))` is not a directory")
    }

    @Test func `what else lies in the destination is mentioned`() async throws {
        for name in ["package.json", ".env", "two\nlines"] { try scratch.write("x", to: "app/\(name)") }
        try scratch.makeDirectory("app/shared")
        let facts = try await inspect(layout()).facts(for: release, on: "web-1", layout())
        #expect(
            facts.warnings == ["`\(scratch("app"))` also holds `package.json`, `two?lines`, `.env`: left alone"])
    }

    @Test(arguments: [
        (
            "echo 'rsync  version 2.6.9  protocol version 29'",
            "the rsync of the host is not usable: `rsync  version 2.6.9  protocol version 29`; 3.0.0 or newer is needed"
        ),
        (
            "echo 'openrsync: protocol version 29'",
            "the rsync of the host is not usable: `openrsync: protocol version 29`; 3.0.0 or newer is needed"
        ),
    ])
    func `an rsync too old is refused`(body: String, message: String) async throws {
        let report = try await inspect(layout(), path: try fake("rsync", body))
        let error = try #require(throws: DeployError.self) { try report.facts(for: release, on: "web-1", layout()) }
        #expect(error.code == .rsyncMissing)
        #expect(error.message == message)
    }

    @Test func `a host without rsync is refused`() throws {
        let report = InspectReport(output: "user ada\nuid 1000\ndestination writable\n")
        let error = try #require(throws: DeployError.self) { try report.facts(for: release, on: "web-1", layout()) }
        #expect(error.code == .rsyncMissing)
    }

    @Test func `a disk too small for a first release is refused, and for a later one mentioned`() throws {
        let first = """
            user ada
            uid 1000
            destination creatable
            blocks /dev/my disk 1000 999 0 100% /
            inodes /dev/my disk 1000 1 999 1% /
            rsync rsync  version 3.2.7  protocol version 31
            """
        let error = try #require(throws: DeployError.self) {
            try InspectReport(output: first).facts(for: release, on: "web-1", layout())
        }
        #expect(error.code == .diskFull)
        #expect(error.message == "`\(scratch("app"))` has 0 B free, the release needs 1.0 kB")
        let facts = try InspectReport(output: first + "\nrelease 1").facts(for: release, on: "web-1", layout())
        #expect(facts.warnings.count == 1)
    }

    @Test func `what sudo refuses is known before the drain, with the line that is missing`() throws {
        let output = """
            user ada
            uid 1000
            destination writable
            rsync rsync  version 3.2.7  protocol version 31
            sudo_refused restart shop
            """
        let error = try #require(throws: DeployError.self) {
            try InspectReport(output: output).facts(for: release, on: "web-1", layout())
        }
        #expect(error.message == "sudo does not let `ada` `systemctl restart shop` without a password")
        #expect(
            error.hint == """
                on the host, `sudo visudo -f /etc/sudoers.d/ada`, and add the line \
                `ada ALL=(root) NOPASSWD: /usr/bin/systemctl restart shop`; or give sudo its password with --ask-sudo-pass \
                or `ssh.sudo_password_command`
                """)
    }

    @Test func `sudo is asked only for what needs it`() async throws {
        let path = try fake("id", "case $1 in -un) echo ada ;; -u) echo 1000 ;; esac")
        _ = try fake("sudo", "echo \"$*\" >>\(scratch("asked")); [ \"$4\" != stop ]")
        let report = try await inspect(
            layout(), path: path, sudo: [.unit("shop", .restart), .unit("shop", .stop), .shell(user: "app")])
        #expect(
            scratch.text("asked")
                == "-n -l systemctl restart shop\n-n -l systemctl stop shop\n-n -l -u app /bin/sh -s\n")
        #expect(report.refusedSudo == ["stop shop"])
    }
}
