import DeployModel
import Execution
import Logging
import NIOPosix
import SSHTransport

/// Asks hosts for their keys, and writes them down.
struct HostKeyStore: Sendable {
    /// How many servers are asked at once: sshd drops connections that have not logged in when there are more than ten.
    private static let limit = 8

    let settings: [HostName: SSHConnectionSettings]

    /// One answer a host, in the order of the hosts.
    func reviews(of hosts: [Host]) async -> [Result<HostKeyReview, DeployError>] {
        let jumps = JumpHosts(eventLoops: MultiThreadedEventLoopGroup.singleton, logger: Self.logger)
        let reviews = await withTaskGroup(of: (Int, Result<HostKeyReview, DeployError>).self) { group in
            var answers: [Int: Result<HostKeyReview, DeployError>] = [:]
            for (index, host) in hosts.enumerated() {
                if index >= Self.limit, let (done, answer) = await group.next() { answers[done] = answer }
                group.addTask { (index, await review(of: host.name, through: jumps)) }
            }
            for await (done, answer) in group { answers[done] = answer }
            return hosts.indices.compactMap { answers[$0] }
        }
        await jumps.close()
        return reviews
    }

    /// Records keys, or puts them in the place of those that have changed.
    ///
    /// - Returns: the file they are recorded in: the first of the host's files, which lies beside the inventory.
    func record(_ keys: [HostKey], of review: HostKeyReview) async throws(CommandFailure) -> String {
        guard let files = settings[review.host]?.knownHostsFiles, let path = files.first else {
            throw CommandFailure(.configuration, "`\(review.host)` has no file of known hosts to record its key in")
        }
        let verdict: KnownHostsVerdict
        do throws(KnownHostsFileError) {
            let file = KnownHostsFile(path: path)
            if case .changed = review.state {
                try await file.replace(with: keys, for: review.name)
                return path
            }
            verdict = try await file.record(keys, for: review.name, besides: files)
        } catch {
            throw CommandFailure(.notApproved, "the key of `\(review.host)` was not recorded: \(error)")
        }
        guard verdict == .accepted else {
            throw CommandFailure(
                .notApproved, "the key of `\(review.host)` was not recorded: another one was recorded meanwhile")
        }
        return path
    }

    // MARK: Private

    private static let logger = Logger(label: "deploy") { _ in SwiftLogNoOpLogHandler() }

    private func review(of host: HostName, through jumps: JumpHosts) async -> Result<HostKeyReview, DeployError> {
        guard let settings = settings[host] else {
            return .failure(DeployError(.internal, host: host, "there are no settings for this host"))
        }
        do throws(SSHError) {
            let keys = try await SSHConnection.hostKeys(
                settings, through: jumps, on: MultiThreadedEventLoopGroup.singleton.next(), logger: Self.logger)
            return .success(
                HostKeyReview(
                    host: host, name: settings.knownHostsName, keys: keys,
                    knownHosts: KnownHosts(readingFiles: settings.knownHostsFiles, settings.knownHostsText)))
        } catch {
            return .failure(DeployError(error, host: host))
        }
    }
}
