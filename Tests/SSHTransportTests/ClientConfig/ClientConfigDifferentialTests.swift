import Foundation
import TestSupport
import Testing

/// Our reading of `ssh_config` beside OpenSSH's own.
struct ClientConfigDifferentialTests {
    @Test func `every configuration of the table is read as OpenSSH reads it`() async throws {
        try await Lab.run { lab in
            let openSSH = OpenSSHConfig(lab: lab)
            let folder = try lab.makeDirectory("included")
            for (name, text) in ClientConfigCases.included {
                try lab.write(
                    text.replacingOccurrences(of: "{dir}", with: folder) + "\n", to: "included/\(name)",
                    mode: name == "open" ? 0o666 : 0o600)
            }
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/dangling", withDestinationPath: "nowhere")
            let file = lab.path("config")
            for (text, host) in ClientConfigCases.all {
                let text = text.replacingOccurrences(of: "{dir}", with: folder)
                    .replacingOccurrences(of: "{self}", with: file)
                try lab.write(text + "\n", to: "config")
                let theirs = try await openSSH.theirs(file, host: host)
                let ours = await openSSH.ours(file, host: host)
                #expect(
                    ours.answer == theirs.answer,
                    "\(text.debugDescription) for `\(host)`: OpenSSH says \(theirs.messages), we say \(ours.messages)")
            }
        }
    }

    @Test func `configurations made at random are read as OpenSSH reads them`() async throws {
        let seed =
            ProcessInfo.processInfo.environment["DEPLOY_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("random configurations: DEPLOY_TEST_SEED=\(seed)")
        var random = RandomClientConfig(seed: seed)
        try await Lab.run { lab in
            let openSSH = OpenSSHConfig(lab: lab)
            let file = lab.path("config")
            var accepted = 0
            for number in 0..<200 {
                try lab.write(random.text() + "\n", to: "inner", mode: 0o600)
                try lab.write(random.text(included: [lab.path("inner")]) + "\n", to: "outer", mode: 0o600)
                let text = random.text(included: [lab.path("inner"), lab.path("outer")])
                let host = random.host()
                try lab.write(text + "\n", to: "config")
                let theirs = try await openSSH.theirs(file, host: host)
                let ours = await openSSH.ours(file, host: host)
                accepted += theirs.answer == nil ? 0 : 1
                #expect(
                    ours.answer == theirs.answer,
                    "number \(number) of seed \(seed) for `\(host)`:\n\(text)\nOpenSSH says \(theirs.messages), we say \(ours.messages)"
                )
            }
            // Else the generator has become too wild to say anything.
            #expect(accepted > 100)
        }
    }
}
