import Foundation
import TestSupport
import Testing

/// Secrets reach the steps and the `env_file` of a release, and nothing else.
@Suite(.timeLimit(.minutes(20))) struct SecretsTests {
    /// Other scenarios run beside this one, with secrets of their own.
    private let mark = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)

    private var fromEnvironment: String { "\(mark)-sentinel'9c\"$x" }
    private var fromFile: String { "\(mark)-sentinel-B" }
    private var fromCommand: String { "\(mark)-sentinel C" }

    /// What may not turn up: the texts themselves, and a part of each in Base64 at every offset.
    private var forbidden: [String] {
        ["\(mark)-sentinel", "c2VudGluZW", "NlbnRpbmVs", "zZW50aW5lb"]
    }

    private func inventory(_ fleet: Fleet, steps: String) throws -> String {
        let lab = fleet.lab
        try lab.write("FROM_FILE='\(fromFile)'\n", to: "vault", mode: 0o600)
        try lab.write(#"{"FROM_COMMAND": "\#(fromCommand)", "OTHER": "x"}"#, to: "vault.json", mode: 0o600)
        try lab.write("#!/bin/sh\necho \"script has $FROM_FILE\"\nsleep 0.5\n", to: "use.sh", mode: 0o755)
        let release = try LabRelease.make("2", in: lab)
        return try fleet.writeInventory(
            release,
            sections: [
                "secrets": "[FROM_ENVIRONMENT]",
                "env": "{ clear: { MODE: test }, secret: [FROM_FILE, FROM_COMMAND] }",
                "secrets_from": "[{ file: vault }, { command: [cat, vault.json], format: json }]",
                "release":
                    "  from: \(release.path)\n  to: \(lab.path("hosts"))/{host}/srv/acebook\n  env_file: .env",
                "steps": steps,
            ])
    }

    private static func files(in folder: String) -> [LabLog] {
        let names = FileManager.default.enumerator(atPath: folder)?.allObjects.compactMap { $0 as? String } ?? []
        return names.map { LabLog(path: "\(folder)/\($0)") }.filter { !$0.text.isEmpty }
    }

    /// Runs `deploy` and watches all processes meanwhile.
    private func deploy(_ fleet: Fleet, _ arguments: [String]) async throws -> (status: Int32?, texts: [String]) {
        let events = fleet.lab.path("events.jsonl")
        let process = try fleet.startDeploy(
            arguments + ["--yes", "-v", "--events", events],
            environment: ["FROM_ENVIRONMENT": fromEnvironment, "XDG_STATE_HOME": fleet.lab.path("state")])
        let deploy = Data("\(try Repository.product("deploy"))\0--inventory\0".utf8)
        let watch = SecretWatch(for: ["\(mark)-sentinel"]) { line, environment in
            // Whoever runs deploy gave it the one secret, and so the command that is asked for others; a step's own programs
            // are given all. A fork that has not become another program yet is still `deploy`, and `env` before it.
            line.range(of: deploy) != nil || line == Data("cat\0vault.json\0".utf8)
                || environment.range(of: Data("\0DEPLOY_RELEASE_PATH=".utf8)) != nil
        }
        watch.start()
        let end = try await process.wait(within: .seconds(120))
        let seen = await watch.stop()
        #expect(seen == [], "\(seen)")
        #expect(watch.roundCount > 5)
        let journals = Self.files(in: fleet.lab.path("state"))
        #expect(journals.count == 1)
        guard case .exited(let status) = end else { return (nil, []) }
        return (status, ([process.log, process.errorLog, LabLog(path: events)] + journals).map(\.text))
    }

    @Test(arguments: ["plain", "json"]) func `a rollout shows no secret to anyone`(format: String) async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 1
            options.inventory["balancer"] = ""
            let fleet = try await Fleet.start(in: lab, options)
            let inventory = try inventory(
                fleet,
                steps: """
                      prepare:
                        - run: |
                            printf '%s|%s|%s|%s' "$FROM_ENVIRONMENT" "$FROM_FILE" "$FROM_COMMAND" "$MODE" >\(lab.path("seen"))
                            echo "tokens: $FROM_ENVIRONMENT $FROM_FILE $FROM_COMMAND"
                            printf 'user:%s' "$FROM_FILE" | base64
                            cat .env
                            . ./.env
                            printf %s "$FROM_ENVIRONMENT" >\(lab.path("sourced"))
                            sleep 0.5
                        - script: use.sh
                        - { run: 'set -x; : "$FROM_ENVIRONMENT"', shell: login }
                      activate: [{ restart: acebook }]
                    """)
            let run = try await deploy(fleet, ["--inventory", inventory, "--format", format])
            #expect(run.status == 0, "\(run.texts)")
            for text in run.texts {
                for forbidden in forbidden { #expect(!text.contains(forbidden), "\(text)") }
            }
            #expect(run.texts.joined().contains("tokens: [redacted] [redacted] [redacted]"))
            #expect(run.texts.joined().contains("script has [redacted]"))
            #expect(
                LabLog(path: lab.path("seen")).text == "\(fromEnvironment)|\(fromFile)|\(fromCommand)|test")
            #expect(LabLog(path: lab.path("sourced")).text == fromEnvironment)
            try expectOnlyInEnvironmentFiles(try fleet.host("web-1"))
        }
    }

    @Test(arguments: ["plain", "json"])
    func `a rollout that fails shows no secret either`(format: String) async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try inventory(
                fleet,
                steps: """
                      activate:
                        - restart: acebook
                        - run: |
                            [ "$DEPLOY_PREVIOUS_RELEASE" = 1 ] || exit 0  # the way back
                            echo "cannot log in with $FROM_FILE" >&2
                            echo "$FROM_ENVIRONMENT" "$FROM_COMMAND"
                            exit 1
                      failed: [{ run: "env | sort" }]
                    """)
            let run = try await deploy(fleet, ["--inventory", inventory, "--format", format])
            #expect(run.status == 10, "\(run.texts)")
            #expect(run.texts.joined().contains("cannot log in with [redacted]"))
            for text in run.texts {
                for forbidden in forbidden { #expect(!text.contains(forbidden), "\(text)") }
            }
            for host in fleet.hosts { try expectOnlyInEnvironmentFiles(host) }
        }
    }

    @Test func `a secret without a value is named before anything is contacted`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try inventory(fleet, steps: "  activate: [{ restart: acebook }]")
            let plan = try await fleet.deploy(["plan", "--inventory", inventory])
            #expect(plan.status == 0, plan.shown)
            #expect(plan.text.contains("; from the environment, then \(lab.path("vault")), then `cat vault.json`"))
            #expect(!plan.text.contains("sentinel"))
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 2, run.shown)
            #expect(run.errorText.contains("the secret `FROM_ENVIRONMENT` has no value"))
            #expect(fleet.versions == ["1", "1"])
        }
    }

    @Test func `another value is another release, and the same value is not`() async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 1
            options.inventory["balancer"] = ""
            let fleet = try await Fleet.start(in: lab, options)
            let inventory = try inventory(fleet, steps: "  activate: [{ restart: acebook }]")
            let host = try fleet.host("web-1")
            host.forgetSystemctlCalls()
            for (value, restarts) in [("one", 1), ("one", 1), ("other", 2)] {
                let run = try await fleet.deploy(["--inventory", inventory], environment: ["FROM_ENVIRONMENT": value])
                #expect(run.status == 0, run.shown)
                #expect(host.systemctlCalls.count { $0 == "restart acebook" } == restarts)
                #expect(
                    LabLog(path: "\(host.base)/current/.env").text
                        == "FROM_COMMAND=\"\(fromCommand)\"\nFROM_ENVIRONMENT=\(value)\nFROM_FILE=\(fromFile)\nMODE=test\n"
                )
            }
        }
    }

    /// What the host keeps of a release, of runs and of steps: only `.env` holds a secret, for its owner alone.
    private func expectOnlyInEnvironmentFiles(_ host: LabHost) throws {
        let files = FileManager.default.enumerator(atPath: host.folder)?.allObjects.compactMap { $0 as? String } ?? []
        for kind in [".json", ".jsonl"] {
            #expect(files.contains { $0.hasSuffix(kind) }, "the manifests and the journal are looked at too: \(files)")
        }
        for file in files {
            let text = LabLog(path: "\(host.folder)/\(file)").text
            if file.hasSuffix("/.env") {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(host.folder)/\(file)")
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
            } else {
                #expect(!forbidden.contains { text.contains($0) }, "\(file)")
            }
        }
    }
}
