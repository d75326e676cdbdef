import Foundation
import SSHTransport
import TestSupport

/// What OpenSSH itself says of a host's key: a real `ssh` before a real `sshd`, with no network between them.
struct OpenSSHVerdicts {
    enum Answer: String {
        case accepted, unknown, changed, revoked
    }

    enum KeyType: String, CaseIterable {
        case ed25519 = "ssh-ed25519"
        case ecdsa = "ecdsa-sha2-nistp256"
        case rsa = "ssh-rsa"

        fileprivate var keygen: [String] {
            switch self {
            case .ed25519: ["-t", "ed25519"]
            case .ecdsa: ["-t", "ecdsa"]
            case .rsa: ["-t", "rsa", "-b", "2048"]
            }
        }

        fileprivate var algorithm: String { self == .rsa ? "rsa-sha2-512" : rawValue }
    }

    let lab: Lab

    /// Type and base64 of the server's keys, and of keys that are not its own.
    let own: [KeyType: String]
    let foreign: [KeyType: String]
    private let configuration: String

    static func prepare(in lab: Lab) async throws -> OpenSSHVerdicts {
        var own: [KeyType: String] = [:]
        var foreign: [KeyType: String] = [:]
        var lines = ["UsePAM no", "StrictModes no", "LogLevel QUIET", "PidFile none"]
        let keys = KeyLab(lab: lab)
        for type in KeyType.allCases {
            let path = try await keys.key(type.keygen, named: "host")
            own[type] = "\(type.rawValue) \(Data(try keys.publicKeyBlob(beside: path)).base64EncodedString())"
            lines.append("HostKey \(path)")
            let other = try await keys.key(type.keygen, named: "other")
            foreign[type] = "\(type.rawValue) \(Data(try keys.publicKeyBlob(beside: other)).base64EncodedString())"
        }
        if geteuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        let configuration = try lab.write(lines.joined(separator: "\n") + "\n", to: "sshd_config")
        return OpenSSHVerdicts(lab: lab, own: own, foreign: foreign, configuration: configuration)
    }

    /// Lets `ssh` look at the server's key of a type under a name, with a `known_hosts` file.
    func answer(host: String, port: Int, shows type: KeyType, knownHosts: String) async throws -> Answer {
        let file = try lab.write(knownHosts, to: lab.uniqueName("known_hosts"))
        let result = try await lab.command([
            "ssh", "-F", "none", "-p", "\(port)", "-o", "ProxyCommand=/usr/sbin/sshd -i -f \(configuration)",
            "-o", "UserKnownHostsFile=\(file)", "-o", "GlobalKnownHostsFile=none", "-o", "StrictHostKeyChecking=yes",
            "-o", "HostKeyAlgorithms=\(type.algorithm)", "-o", "KexAlgorithms=curve25519-sha256",
            "-o", "PreferredAuthentications=none", "-o", "IdentityAgent=none", "-o", "BatchMode=yes",
            "nobody@\(host)", "true",
        ])
        let text = result.errorText
        if text.contains("REVOKED HOST KEY DETECTED") { return .revoked }
        if text.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") { return .changed }
        if text.contains("host key is known for") { return .unknown }
        if text.contains("Permission denied") { return .accepted }
        throw LabError("ssh gave no verdict: \(text)")
    }

    /// The numbers of the lines that `ssh-keygen -F` finds for a name, markers left out.
    func lines(found name: String, in file: String) async throws -> [Int] {
        let result = try await lab.command(["ssh-keygen", "-F", name, "-f", file])
        return result.text.split(separator: "\n").filter { $0.hasPrefix("# Host ") }.compactMap { line in
            let words = line.split(separator: " ")
            guard let last = words.last, !["CA", "REVOKED"].contains(last) else { return nil }
            return Int(last)
        }
    }
}
