import Foundation
import SSHTransport
import TestSupport

/// Key files made by the real programs, and their verdict on our signatures.
struct KeyLab {
    let lab: Lab

    /// Makes a key with `ssh-keygen`, and returns the path of its private part.
    func key(_ arguments: [String], passphrase: String = "", named name: String = "key") async throws -> String {
        let path = lab.path(lab.uniqueName(name))
        try await run(["ssh-keygen", "-q", "-N", passphrase, "-C", "a comment", "-f", path] + arguments)
        return path
    }

    @discardableResult
    func run(_ argv: [String], environment: [String: String] = [:], input: String? = nil) async throws -> String {
        let result = try await lab.command(argv, environment: environment, input: input)
        guard result.succeeded else {
            throw LabError("`\(argv.joined(separator: " "))` failed: \(result.errorText)\(result.text)")
        }
        return result.text
    }

    /// Bytes in a file that only its owner may read.
    func file(_ bytes: some Sequence<UInt8>, named name: String = "file") throws -> String {
        let path = lab.path(lab.uniqueName(name))
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// The public key beside a private one, decoded.
    func publicKeyBlob(beside path: String) throws -> [UInt8] {
        let line = try String(contentsOfFile: path + ".pub", encoding: .utf8)
        return Array(Data(base64Encoded: String(line.split(separator: " ")[1])) ?? Data())
    }

    /// Has `ssh-keygen -Y verify` check a signature: a program that knows nothing of our code.
    ///
    /// - Parameter sign: signs the data that an SSH signature file covers (PROTOCOL.sshsig of OpenSSH).
    func verifies(
        publicKeyBlob blob: [UInt8], algorithm: String, sign: ([UInt8]) async throws -> [UInt8]
    ) async throws -> Bool {
        let message = "a message\n"
        var signed = Array("SSHSIG".utf8)
        signed.appendSSH(string: "file")
        signed.appendSSH(string: "")
        signed.appendSSH(string: "sha512")
        let digest = try await run(["openssl", "dgst", "-sha512", "-r"], input: message)
        signed.appendSSH(string: bytes(ofHex: digest.prefix { $0 != " " }))

        var inner: [UInt8] = []
        inner.appendSSH(string: algorithm)
        inner.appendSSH(string: try await sign(signed))
        var file = Array("SSHSIG".utf8)
        file.appendSSH(uint32: 1)
        file.appendSSH(string: blob)
        file.appendSSH(string: "file")
        file.appendSSH(string: "")
        file.appendSSH(string: "sha512")
        file.appendSSH(string: inner)
        let armored = """
            -----BEGIN SSH SIGNATURE-----
            \(Data(file).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed]))
            -----END SSH SIGNATURE-----

            """
        let signature = try lab.write(armored, to: lab.uniqueName("signature"))
        let type = publicKeyType(of: blob)
        let signers = try lab.write(
            "me \(type) \(Data(blob).base64EncodedString())\n", to: lab.uniqueName("allowed_signers"))
        let result = try await lab.command(
            ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "me", "-n", "file", "-s", signature], input: message)
        return result.succeeded
    }

    func publicKeyType(of blob: [UInt8]) -> String {
        AgentIdentity(blob: blob, comment: "").keyType
    }

    private func bytes(ofHex hex: Substring) -> [UInt8] {
        stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }
}
