package import DeployModel
package import SSHTransport

/// A command of the user's that prints a secret: `passphrase_command`, `password_command`, `sudo_password_command`.
package enum SecretCommand {
    /// Programs of password managers may wait for their user.
    private static let timeout = Duration.seconds(120)

    /// The source that runs `command`; what it prints up to the first line's end is the secret.
    ///
    /// - Parameters:
    ///   - key: as the inventory calls it, for messages.
    ///   - environment: all of the command's; `DEPLOY_KEY` tells it which key's passphrase is asked for, `DEPLOY_USER` whose
    ///     password.
    package static func source(
        _ command: Step.LocalCommand, key: String, directory: String, environment: [String: String]
    ) -> LoginSecretSource {
        let argv = LocalProcesses.argv(of: command)
        return LoginSecretSource(name: ([key] + argv).joined(separator: "\0")) {
            (question) throws(LoginSecretSource.Failure) in
            var environment = environment
            switch question {
            case .passphrase(let path, _): environment["DEPLOY_KEY"] = path
            case .password(let user, _), .sudoPassword(let user, _): environment["DEPLOY_USER"] = user
            }
            let program = ProgramOutput(environment: environment, limitBytes: 64 << 10, timeout: timeout)
            do {
                let output = try await program.read(argv, directory: directory)
                return try secret(in: output, key)
            } catch let error as LoginSecretSource.Failure {
                throw error
            } catch {
                throw LoginSecretSource.Failure("`\(key)` gave none: \(text(of: error))")
            }
        }
    }

    // MARK: Private

    private static func secret(in output: [UInt8], _ key: String) throws(LoginSecretSource.Failure) -> SecretText {
        guard let text = String(validating: output, as: UTF8.self),
            let line = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).first, !line.isEmpty
        else { throw LoginSecretSource.Failure("`\(key)` printed nothing") }
        return SecretText(String(line))
    }

    private static func text(of error: any Error) -> String {
        guard let error = error as? DeployError else { return "\(error)" }
        return ([error.message] + error.evidence.suffix(2)).joined(separator: ": ")
    }
}
