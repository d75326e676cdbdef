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
func generateSSHKey(_ kind: [String], at path: String, in lab: Lab) async throws -> String {
    let made = try await lab.command(["ssh-keygen", "-q", "-N", "", "-C", "lab", "-f", path] + kind)
    guard made.succeeded else { throw LabError("ssh-keygen failed: \(made.errorText)") }
    return LabLog(path: path + ".pub").text.trimmingCharacters(in: .newlines)
}
