import ArgumentParser
import Reporting
import SSHTransport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What `known_hosts` files say of a key that a host would show.
struct KnownHostsDebugCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "known-hosts",
        abstract: "Prints what known_hosts files say of a host's key: accept, unknown, changed or revoked.")

    @Argument(
        help: ArgumentHelp("The files, between commas; one that is not there is empty.", valueName: "file[,file]"))
    var files: String

    @Argument(help: "The host's name or address.")
    var host: String

    @Argument(help: "The port of its sshd.")
    var port: Int

    @Argument(help: ArgumentHelp("The key's type: ssh-ed25519.", valueName: "keytype"))
    var keyType: String

    @Argument(help: "The key, as it stands in a known_hosts file.")
    var base64: String

    func validate() throws {
        guard (1...65535).contains(port) else { throw ValidationError("`\(port)` is no port") }
        guard key != nil else { throw ValidationError("`\(base64)` is no key in base64") }
    }

    func perform(_ console: Console) async throws -> ExitCode {
        let knownHosts = KnownHosts(readingFiles: files.split(separator: ",").map(String.init))
        let verdict = knownHosts.verdict(host: host, port: port, keyType: keyType, blob: key ?? [])
        console.print([StyledLine(Self.word(for: verdict))])
        return .success
    }

    // MARK: Private

    private var key: [UInt8]? { Data(base64Encoded: base64).map { [UInt8]($0) } }

    private static func word(for verdict: KnownHostsVerdict) -> String {
        switch verdict {
        case .accepted: "accept"
        case .unknown: "unknown"
        case .changed: "changed"
        case .revoked: "revoked"
        }
    }
}
