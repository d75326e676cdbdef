import Foundation
import TestSupport
import Testing

/// What programs on this machine get from `deploy` without being given it: no secret, no ignored signal, no descriptor.
@Suite(.timeLimit(.minutes(20)), .enabled(if: LabAccount.canBeDefined, "needs accounts of its own"))
struct LocalProgramsTests {
    /// What one program found when it was started.
    private struct Witness {
        let name: String
        let lines: [String]

        func mask(_ name: String) -> UInt64? {
            lines.first { $0.hasPrefix("\(name):") }.flatMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) }
        }

        func expectNothingOfOurs(isGiven given: Set<String> = []) {
            for variable in ["TOKEN", "DEPLOY_SSH_KEY", "DEPLOY_KNOWN_HOSTS", "FROM_VAULT"] {
                #expect(
                    lines.contains { $0.hasPrefix("\(variable)=") } == given.contains(variable), "\(name): \(variable)")
            }
            // Above the 31 standard ones lie two that the C library keeps for itself.
            #expect(mask("SigIgn").map { $0 & 0x7fff_ffff } == 0, "\(name)")
            #expect(mask("SigBlk").map { $0 & 0x7fff_ffff } == 0, "\(name)")
            // The fourth is the directory that ls reads.
            #expect(lines.compactMap { Int($0) }.sorted() == [0, 1, 2, 3], "\(name)")
        }
    }

    @Test func `no program on this machine inherits what it was not given`() async throws {
        try await Lab.scenario { lab in
            let witness = try lab.write(
                """
                #!/bin/sh
                seen=$(mktemp "\(lab.path("seen"))/$1.XXXXXX") || exit
                shift
                env >>"$seen"
                grep ^Sig /proc/self/status >>"$seen"
                ls /proc/self/fd >>"$seen"
                exec "$@"

                """, to: "witness", mode: 0o755)
            try lab.makeDirectory("seen")
            for program in ["rsync", "git"] {
                let real = try #require(LabProcess.executable(program))
                try lab.write(
                    "#!/bin/sh\nexec \(witness) \(program) \(real) \"$@\"\n", to: "bin/\(program)", mode: 0o755)
            }
            // The real one would ask for a passphrase.
            try lab.write("#!/bin/sh\nexec \(witness) ssh true\n", to: "bin/ssh", mode: 0o755)
            let inventory = try await inventory(in: lab, witness)
            let keys = try await lab.clientKeys()
            let environment = [
                "PATH": "\(lab.path("bin")):\(Lab.searchPath)", "TOKEN": "sentinel-7d2f", "AWS_PROFILE": "staging",
                "DEPLOY_SSH_KEY": LabLog(path: keys.ed25519).text,
                "DEPLOY_KNOWN_HOSTS": LabLog(path: lab.path("known_hosts")).text,
            ]
            for arguments in [["--yes"], ["ssh", "web-1"]] {
                let run = try await lab.command(
                    [try Repository.product("deploy")] + arguments + ["-i", inventory], environment: environment,
                    within: .seconds(90))
                #expect(run.status == 0, "\(arguments) \(run.shown)")
            }
            // It asks ssh about hosts that are not known.
            try FileManager.default.removeItem(atPath: lab.path("known_hosts"))
            let trust = try await lab.command(
                [try Repository.product("deploy"), "trust", "--via", "ssh", "web-1", "-i", inventory],
                environment: environment.filter { $0.key != "DEPLOY_KNOWN_HOSTS" }, within: .seconds(90))
            #expect(trust.errorText.contains("`ssh` does not reach it"), trust.shown)

            let files = try FileManager.default.contentsOfDirectory(atPath: lab.path("seen"))
            let witnesses = files.map { file in
                Witness(
                    name: String(file.prefix { $0 != "." }),
                    lines: LabLog(path: lab.path("seen/\(file)")).lines.map(String.init))
            }
            #expect(
                Set(witnesses.map(\.name)) == [
                    "source", "vault", "match", "proxy", "passphrase", "password", "sudo", "build", "named", "rsync",
                    "git", "ssh",
                ])
            for witness in witnesses {
                witness.expectNothingOfOurs(isGiven: witness.name == "named" ? ["TOKEN"] : [])
                // What works with the rights of whoever runs it needs their environment for that.
                if ["source", "vault", "match", "proxy", "passphrase", "password", "sudo", "ssh"].contains(witness.name)
                {
                    #expect(witness.lines.contains("AWS_PROFILE=staging"), "\(witness.name)")
                }
            }
        }
    }

    // MARK: Private

    /// Two hosts: one that wants an encrypted key, and one that wants passwords.
    private func inventory(in lab: Lab, _ witness: String) async throws -> String {
        let key = lab.path("encrypted")
        let made = try await lab.command(["ssh-keygen", "-q", "-t", "ed25519", "-a", "1", "-N", "horse", "-f", key])
        #expect(made.succeeded)
        let hash = try await lab.command(["openssl", "passwd", "-6", "-stdin"], input: "battery\n")
        var options = SSHServer.Options()
        options.firstLines = ["AuthorizedKeysFile \(key).pub"]
        let byKey = try await SSHServer.start(in: lab, options)
        options.firstLines = ["AuthorizedKeysFile none", "PasswordAuthentication yes"]
        options.accounts = [
            LabAccount(
                name: "app", shell: "/bin/sh",
                passwordHash: hash.text.trimmingCharacters(in: .whitespacesAndNewlines), group: 27)
        ]
        let byPassword = try await SSHServer.start(in: lab, options)
        try lab.write(byKey.knownHosts + byPassword.knownHosts, to: "known_hosts")
        try lab.write("Match exec \"\(witness) match true\"\n  ConnectTimeout 20\n", to: "ssh_config", mode: 0o600)
        try lab.write("FROM_VAULT=sentinel-9c1e\n", to: "vault", mode: 0o600)
        try lab.write(#"{"web-1": {"address": "\#(byKey.address)"}}"#, to: "hosts.json")
        try lab.write("1\n", to: "app/VERSION")
        #expect(try await lab.command(["git", "init", "-q", lab.path("app")]).succeeded)
        let base = try lab.makeDirectory("srv")
        chmod(base, 0o777)
        return try lab.write(
            """
            service: acebook
            ssh: { config: ssh_config, proxy_command: '\(witness) proxy nc %h %p' }
            hosts:
              web-1:
                ssh:
                  port: \(byKey.port)
                  identity_file: \(key)
                  passphrase_command: [\(witness), passphrase, echo, horse]
              web-2:
                address: \(byPassword.address)
                ssh:
                  user: app
                  port: \(byPassword.port)
                  password_command: [\(witness), password, echo, battery]
                  sudo_password_command: [\(witness), sudo, echo, battery]
            host_sources: [{ command: [\(witness), source, cat, \(lab.path("hosts.json"))] }]
            secrets: [TOKEN, FROM_VAULT]
            secrets_from: [{ command: [\(witness), vault, cat, \(lab.path("vault"))] }]
            release: { from: app, to: "\(base)/{host}" }
            steps:
              build:
                - local: [\(witness), build, "true"]
                - { local: [\(witness), named, "true"], env: { secret: [TOKEN] } }
              activate: [{ run: "id -un", sudo: true }]

            """, to: "hosts.yml")
    }
}
