import Foundation
import TestSupport
import Testing

/// `release.owner`: the files of a release belong to an account of the host's, which is not the one that logs in.
@Suite(
    .timeLimit(.minutes(20)),
    .enabled(if: LabAccount.canBeDefined && FileManager.default.isExecutableFile(atPath: "/usr/bin/sudo")))
struct OwnerTests {
    /// The lab counts its accounts from here.
    private static let firstAccount = 61_000
    private static let app = LabAccount(name: "app", shell: "/bin/sh")

    @Test func `root gives each release to the owner, who then runs steps in it`() async throws {
        try await Lab.scenario { lab in
            let scene = try await Scene.start(in: lab, [Self.app], login: "user: root")
            let run = try await scene.deploy("2")
            #expect(run.status == 0, run.shown)
            try expectOwner(Self.firstAccount, of: scene)
            #expect(LabLog(path: "\(scene.base)/current/who").text == "app\n")
        }
    }

    @Test func `an account with sudo gives each release away, and prunes what is no longer its own`() async throws {
        try await Lab.scenario { lab in
            let password = "correct horse"
            let hash = try await lab.command(["openssl", "passwd", "-6", "-stdin"], input: password + "\n")
            // Members of the group 27, sudo, may do everything with their password.
            let ada = LabAccount(
                name: "ada", shell: "/bin/sh", passwordHash: hash.text.trimmingCharacters(in: .whitespacesAndNewlines),
                group: 27)
            try lab.write(password + "\n", to: "password", mode: 0o600)
            let scene = try await Scene.start(
                in: lab, [ada, Self.app],
                login: "user: ada, sudo_password_command: [cat, \"\(lab.path("password"))\"]")
            var first: String?
            for version in ["2", "3", "4"] {
                let run = try await scene.deploy(version)
                #expect(run.status == 0, run.shown)
                #expect(!(run.text + run.errorText).contains(password), run.shown)
                try expectOwner(Self.firstAccount + 1, of: scene)
                first = first ?? scene.releases.first
            }
            #expect(scene.releases.count == 2, "the live one and the one before it: \(scene.releases)")
            #expect(first.map(scene.releases.contains) == false)
        }
    }

    /// Every file of the live release and of what it shares, the links themselves included.
    private func expectOwner(_ account: Int, of scene: Scene) throws {
        let release = URL(fileURLWithPath: "\(scene.base)/current").resolvingSymlinksInPath().path
        for root in [release, "\(scene.base)/shared/log"] {
            let below = FileManager.default.enumerator(atPath: root)?.allObjects.compactMap { $0 as? String } ?? []
            for path in [root] + below.map({ "\(root)/\($0)" }) {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.ownerAccountID] as? Int == account, "\(path)")
                #expect(attributes[.groupOwnerAccountID] as? Int == 65_534, "\(path)")
            }
        }
        let secret = try FileManager.default.attributesOfItem(atPath: "\(release)/.env")
        #expect(secret[.posixPermissions] as? Int == 0o600)
    }
}

/// One host without a balancer, whose releases belong to `app`.
private struct Scene {
    let lab: Lab
    let server: SSHServer
    let login: String

    static func start(in lab: Lab, _ accounts: [LabAccount], login: String) async throws -> Scene {
        var options = SSHServer.Options()
        options.accounts = accounts
        let server = try await SSHServer.start(in: lab, options)
        try lab.write(server.knownHosts, to: "known_hosts")
        try lab.makeDirectory("srv")
        return Scene(lab: lab, server: server, login: login)
    }

    var base: String { lab.path("srv/acebook") }

    var releases: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(base)/releases")) ?? [])
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    func deploy(_ version: String) async throws -> LabCommandResult {
        let release = try LabRelease.make(version, in: lab)
        let inventory = try lab.write(
            """
            service: acebook
            ssh: { \(login), port: \(server.port), identity_file: \(server.clientKeys.ed25519) }
            hosts: { web-1: { address: \(server.address) } }
            env: { MODE: test }
            release:
              from: \(release.path)
              to: \(base)
              owner: app:nogroup
              env_file: .env
              shared: { dirs: [log] }
              keep: 1
            steps:
              prepare: [{ run: "id -un >who", sudo: app }]
              activate: ["true"]
            """, to: "hosts.yml")
        return try await lab.command(
            [try Repository.product("deploy"), "-i", inventory, "--yes"], within: .seconds(60))
    }
}
