import Foundation

/// Private key files of a client, without a passphrase, and the `authorized_keys` that lets them in.
package struct SSHClientKeys: Sendable {
    package let ed25519: String
    package let ecdsa: String
    /// RSA 2048 in the PEM form of an EC2 key pair (`BEGIN RSA PRIVATE KEY`).
    package let rsaPEM: String
    package let authorizedKeys: String

    static func generate(in lab: Lab) async throws -> SSHClientKeys {
        let folder = try lab.makeDirectory("client")
        async let ed25519 = generateSSHKey(["-t", "ed25519"], at: "\(folder)/id_ed25519", in: lab)
        async let ecdsa = generateSSHKey(["-t", "ecdsa", "-b", "256"], at: "\(folder)/id_ecdsa", in: lab)
        async let rsa = generateSSHKey(["-t", "rsa", "-b", "2048", "-m", "PEM"], at: "\(folder)/ec2.pem", in: lab)
        let publicKeys = try await [ed25519, ecdsa, rsa]
        return SSHClientKeys(
            ed25519: "\(folder)/id_ed25519", ecdsa: "\(folder)/id_ecdsa", rsaPEM: "\(folder)/ec2.pem",
            authorizedKeys: try lab.write(publicKeys.joined(separator: "\n") + "\n", to: "client/authorized_keys"))
    }
}

/// Makes a key pair with `ssh-keygen`, and returns the public key's line.
///
/// An RSA key takes a third of a second of CPU to find, so the labs of a process share one of each form.
func generateSSHKey(_ kind: [String], at path: String, in lab: Lab) async throws -> String {
    if let known = await FoundRSAKeys.shared.pair(kind) {
        try known.write(to: path)
    } else {
        let made = try await lab.command(["ssh-keygen", "-q", "-N", "", "-C", "lab", "-f", path] + kind)
        guard made.succeeded else { throw LabError("ssh-keygen failed: \(made.errorText)") }
        if kind.contains("rsa") { await FoundRSAKeys.shared.add(try KeyPairFiles(at: path), kind) }
    }
    return LabLog(path: path + ".pub").text.trimmingCharacters(in: .newlines)
}

private struct KeyPairFiles {
    let privateKey: Data
    let publicKey: Data

    init(at path: String) throws {
        privateKey = try Data(contentsOf: URL(fileURLWithPath: path))
        publicKey = try Data(contentsOf: URL(fileURLWithPath: path + ".pub"))
    }

    func write(to path: String) throws {
        try privateKey.write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
        try publicKey.write(to: URL(fileURLWithPath: path + ".pub"))
    }
}

private actor FoundRSAKeys {
    static let shared = FoundRSAKeys()
    private var pairs: [[String]: KeyPairFiles] = [:]

    func pair(_ kind: [String]) -> KeyPairFiles? { pairs[kind] }
    func add(_ pair: KeyPairFiles, _ kind: [String]) { pairs[kind] = pair }
}
