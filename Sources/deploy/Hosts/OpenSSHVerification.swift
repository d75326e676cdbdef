import DeployModel
import Execution
import SSHTransport

/// Has `ssh` itself log in to a host, and takes its word for the host's key: it knows host certificates, `KnownHostsCommand`
/// and keys in DNS.
struct OpenSSHVerification: Sendable {
    let environment: [String: String]

    /// The fingerprint of the key that `ssh` took for the host's.
    ///
    /// - Throws: where `ssh` does not reach the host without a question, with what it said.
    func fingerprint(of host: HostName, by command: OpenSSHCommand) async throws(DeployError) -> String {
        let argv = command.argv(
            options: ["-v", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"], command: ["true"])
        let output = ProgramOutput(environment: environment, timeout: .seconds(60))
        // What it says goes to the stream that is kept whole.
        let result = try await output.result(["/bin/sh", "-c", #"exec "$0" "$@" 2>&1"#] + argv)
        let lines = String(decoding: result.output, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        guard result.exit == .status(0), let fingerprint = Self.fingerprint(in: lines) else {
            let said = lines.filter { !$0.hasPrefix("debug1: ") && !$0.hasPrefix("OpenSSH_") }
            throw DeployError(
                .hostKeyUnknown, host: host, "`ssh` does not reach it without a question",
                evidence: said.suffix(10).map { ForeignText.line($0) },
                hint: "`\(OpenSSHCommand.line(command.argv(command: ["true"])))` has to succeed first")
        }
        return fingerprint
    }

    /// The last key or certificate of a server that a verbose `ssh` reports: those before it are of jump hosts.
    static func fingerprint(in lines: [String]) -> String? {
        for line in lines.reversed() {
            for prefix in ["debug1: Server host key: ", "debug1: Server host certificate: "]
            where line.hasPrefix(prefix) {
                // Type and fingerprint; a certificate's is that of its key.
                let words = line.dropFirst(prefix.count).split(separator: " ")
                guard words.count >= 2, words[1].hasPrefix("SHA256:") else { return nil }
                return String(words[1].prefix { $0 != "," })
            }
        }
        return nil
    }
}
