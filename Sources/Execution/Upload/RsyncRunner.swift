import DeployModel

/// Runs the local rsync with its far end on a host: rsync starts our hidden command, which hands its descriptors over, and
/// they are attached to a channel of the host's connection.
struct RsyncRunner: Sendable {
    /// What came of one run.
    struct Outcome: Sendable {
        var ending: ChildProcess.Ending
        /// How the command on the host ended; `nil` where none was started. rsync itself often ends before it knows.
        var remoteStatus: Int?
        /// What rsync and the remote shell said on standard error.
        var errors: String

        var isSuccess: Bool { ending == .exited(0) }
    }

    let channel: any HostChannel
    let handover: DescriptorHandover
    let environment: ChildEnvironment
    /// The program and its words that stand for a remote shell, without the socket.
    let remoteShell: [String]

    /// What `-e` is given.
    var remoteShellOption: String { RsyncCommand.remoteShell(remoteShell + [handover.socketPath]) }

    /// Runs rsync to its end.
    ///
    /// - Parameters:
    ///   - timeout: from the start to the end.
    ///   - progressDeadline: the longest time without a byte in either direction.
    ///   - receive: takes what rsync prints.
    /// - Throws: ``DeployError`` of the connection, which is the reason where it broke, and not what rsync makes of it; of
    ///   the local program, where it could not be started; `.interrupted`.
    func run(
        _ argv: [String], rules: ExcludeRules, timeout: Duration? = nil, progressDeadline: Duration,
        receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) async throws(DeployError) -> Outcome {
        let errors = OutputCollector(nil)
        let token = handover.expect()
        defer { handover.forget(token) }
        let child = ChildProcess(
            argv: argv,
            environment: environment.adding(["LC_ALL": "C", RsyncRemoteShell.tokenVariable: token]),
            input: rules.rsyncInput, timeout: timeout)
        let ends = await withTaskGroup(of: End.self) { group in
            group.addTask {
                do throws(DeployError) {
                    return .local(
                        .success(
                            try await child.run { stream, bytes in
                                switch stream {
                                case .standardOutput: receive(bytes)
                                case .standardError: errors.receive(.standardError, bytes)
                                }
                            }))
                } catch {
                    return .local(.failure(error))
                }
            }
            group.addTask {
                .remote(await attach(token, progressDeadline) { errors.receive(.standardError, $0) })
            }
            var ends = Ends()
            for await end in group {
                switch end {
                case .local(let result):
                    ends.local = result
                    // Nobody is left to hand anything over, or to speak to.
                    group.cancelAll()
                case .remote(let result):
                    ends.remote = result
                }
            }
            return ends
        }
        if case .failure(let failure) = ends.remote, failure.code != .interrupted || Task.isCancelled { throw failure }
        guard let local = ends.local else { throw DeployError(.internal, "rsync has no end") }
        return Outcome(
            ending: try local.get(), remoteStatus: (try? ends.remote?.get()) ?? nil,
            errors: errors.finish().standardError)
    }

    // MARK: Private

    private enum End: Sendable {
        case local(Result<ChildProcess.Ending, DeployError>)
        case remote(Result<Int?, DeployError>)
    }

    private struct Ends {
        var local: Result<ChildProcess.Ending, DeployError>?
        var remote: Result<Int?, DeployError>?
    }

    /// Answers the status of the remote command, or why the stream broke; `nil` where it never began.
    private func attach(
        _ token: String, _ progressDeadline: Duration,
        _ standardError: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) async -> Result<Int?, DeployError> {
        guard let shell = try? await handover.receive(token), let descriptors = shell.takeDescriptors() else {
            return .success(nil)
        }
        do throws(DeployError) {
            let status = try await channel.attach(
                line: shell.line, input: descriptors.input, output: descriptors.output, standardError: standardError,
                progressDeadline: progressDeadline)
            shell.finish(status: UInt8(clamping: status))
            return .success(status)
        } catch {
            shell.finish(status: 255)
            return .failure(error)
        }
    }
}
