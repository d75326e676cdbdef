import Foundation
import SSHTransport
import TestSupport
import Testing

/// Servers that offer only what libssh2 1.10 lacks, as the program tells of them.
@Suite(.timeLimit(.minutes(20))) struct AlgorithmsTests {
    private static let isOldLibrary = SSHConnection.libraryVersion.hasPrefix("1.10.")

    @Test(
        .enabled(if: isOldLibrary, "newer libraries know these"),
        arguments: [
            ("MACs hmac-sha2-256-etm@openssh.com", "no common MAC", "`hmac-sha2-256`"),
            ("Ciphers aes128-gcm@openssh.com,aes256-gcm@openssh.com", "no common cipher", "`aes128-ctr`"),
            ("HostKeyAlgorithms rsa-sha2-512", "no common host key", "`ssh-ed25519`"),
        ])
    func `a server that offers nothing we know is told with both sides' algorithms and the remedy`(
        line: String, kind: String, ours: String
    ) async throws {
        try await Lab.run { lab in
            var options = SSHServer.Options()
            options.extraLines = [line]
            let server = try await SSHServer.start(in: lab, options)
            try lab.write(server.knownHosts, to: "known_hosts")
            try lab.write(
                """
                service: acebook
                ssh: { user: \(server.user), port: \(server.port), identity_file: \(server.clientKeys.ed25519) }
                hosts: { web-1: { address: \(server.address) } }

                """, to: "hosts.yml")
            let run = try await lab.command([try Repository.product("deploy"), "exec", "--", "true"])
            #expect(run.status == 3, run.shown)
            let said = run.text + run.errorText
            let theirs = line.split(whereSeparator: { " ,".contains($0) }).dropFirst().map { "`\($0)`" }
            for words in [
                "web-1", "key exchange", kind, ours, "libssh2 \(SSHConnection.libraryVersion) is in use",
                "1.11 or newer on this machine",
            ] + theirs {
                #expect(said.contains(words), run.shown)
            }
        }
    }
}
