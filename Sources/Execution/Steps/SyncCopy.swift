import DeployModel
import SSHTransport
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Performs one `sync` step: rsync from this machine to one host, over the host's connection.
struct SyncCopy: Sendable {
    let host: HostName
    let sync: Step.Sync
    /// Absolute, on the host.
    let destination: String
    /// The account that writes there, by `sudo`; `nil` for that of the connection.
    let user: String?
    let channel: any HostChannel
    let rsync: RsyncRunner

    /// - Returns: what was done, as a line of the step's output.
    func perform(_ step: Step) async throws(DeployError) -> OutputLine {
        try await makeDirectory()
        let command = RsyncCommand.Sync(
            source: sync.source, sourceIsDirectory: isDirectory(sync.source), destination: destination,
            deletes: sync.deletes, user: user, remoteShell: rsync.remoteShellOption)
        let output = Mutex(RsyncOutput())
        let outcome = try await rsync.run(
            command.argv, rules: ExcludeRules(patterns: sync.excludes), timeout: step.timeout,
            progressDeadline: step.idleTimeout ?? step.timeout
        ) { bytes in
            output.withLock { $0.append(bytes) { _ in } }
        }
        guard outcome.isSuccess else { throw failure(outcome, of: step) }
        let figures = output.withLock { $0.figures }
        let deleted = figures.deletedFiles == 0 ? "" : ", \(figures.deletedFiles) deleted"
        return OutputLine(
            .standardOutput,
            "\(figures.transferredFiles) files, \(ByteCount.text(figures.literalBytes)) sent to \(destination)\(deleted)"
        )
    }

    // MARK: Private

    /// rsync makes the last directory of a path and no other.
    private func makeDirectory() async throws(DeployError) {
        let slash = destination.lastIndex(of: "/") ?? destination.startIndex
        let directory = isDirectory(sync.source) ? destination : String(destination[..<slash])
        guard !directory.isEmpty else { return }
        let result = try await channel.run(
            ShellScript(#"mkdir -p -- "$1""#, arguments: [directory], user: user), timeout: .seconds(60),
            idleTimeout: nil, isRepeatable: true, output: nil)
        guard !result.isSuccess else { return }
        throw DeployError(
            .stepFailed, host: host, "`\(directory)` could not be made",
            evidence: EvidenceTail.lines(of: result.standardError))
    }

    private func failure(_ outcome: RsyncRunner.Outcome, of step: Step) -> DeployError {
        if outcome.ending == .timedOut {
            return DeployError(
                .stepTimedOut, host: host,
                "step `\(step.name)` took longer than \(ReadableDuration.text(step.timeout)) and was ended",
                hint: "set `timeout` on the step if it needs longer")
        }
        let status = outcome.remoteStatus.flatMap { $0 == 126 || $0 == 127 ? $0 : nil }
        let sentence = status.map(RsyncExit.sentence(for:)) ?? RsyncExit.sentence(for: outcome.ending)
        return DeployError(
            .stepFailed, host: host, "step `\(step.name)`: \(sentence)",
            evidence: EvidenceTail.lines(of: outcome.errors))
    }

    private func isDirectory(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }
}
