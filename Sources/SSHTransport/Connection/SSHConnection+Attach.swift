package import NIOCore
import NIOPosix

/// Bulk transfers by a local program, rsync for instance, that speaks through two descriptors.
extension SSHConnection {
    /// Runs `line` on the host and connects its standard streams to two local descriptors until it has ended.
    ///
    /// Bytes go from descriptor to channel on the event loop, without a queue in between. When the local program closes its
    /// side, the remote one sees the end of its input and its end is awaited.
    ///
    /// - Parameters:
    ///   - line: what the local program would pass to its remote shell; the account's login shell parses it. The caller
    ///     vouches that every login shell reads it alike.
    ///   - input: a pipe or socket whose bytes go to the remote program; its ownership is taken, even on failure.
    ///   - output: likewise, for the remote program's output.
    ///   - standardError: takes the remote program's errors, on the event loop.
    ///   - progressDeadline: the longest time without a byte in either direction.
    /// - Returns: the remote program's end: ``SSHExit/status(_:)`` or ``SSHExit/signal(_:)``.
    /// - Throws: ``SSHError/Code/connectionLost`` and the like, ``SSHError/Code/noProgress`` past the deadline.
    package func attach(
        line: String, input: CInt, output: CInt, standardError: @escaping @Sendable (ByteBuffer) -> Void,
        progressDeadline: Duration
    ) async throws(SSHError) -> SSHExit {
        let pipes = OwnedDescriptors(input: input, output: output)
        if let terminalError { throw terminalError }
        guard let buffers = session?.buffers, !line.isEmpty, line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw failure(.invalidCommand, "the command line \(line.debugDescription) cannot be sent")
        }
        let id = makeID()
        let descriptors = pipes.release()
        let result: Result<ChannelEnd, SSHError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let bridge = StreamBridge(
                    localLoss: .awaitEnd, standardError: standardError, drive: { self.drive() },
                    completion: { end in
                        self.bridges[id] = nil
                        self.cancel(.progress(id))
                        continuation.resume(returning: end)
                    })
                bridges[id] = bridge
                let channel = SSHChannel(.command(line), label: settings.label, buffers: buffers, consumer: bridge)
                bridge.remote = channel
                open(descriptors, for: bridge, id)
                scheduleProgressLook(id, progressDeadline, seen: 0)
                submit(channel)
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.cancelBridge(id, $0.cancellation()) } }
        }
        let end: ChannelEnd
        do {
            end = try result.get()
        } catch {
            throw error.during(.transfer)
        }
        return end.signal.map { .signal($0) } ?? .status(end.status)
    }

    // MARK: Private

    /// Makes a channel of the descriptors. Adding the handler is synchronous: it belongs to this loop.
    private func open(_ descriptors: (input: CInt, output: CInt), for bridge: StreamBridge, _ id: Int) {
        let handler = NIOLoopBound(bridge, eventLoop: eventLoop)
        SocketTuning.closeOnExec(descriptors.input)
        SocketTuning.closeOnExec(descriptors.output)
        NIOPipeBootstrap(group: eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler.value) }
            }
            .takingOwnershipOfDescriptors(input: descriptors.input, output: descriptors.output)
            .whenFailure { error in
                // SwiftNIO leaves them to us when it fails.
                _ = OwnedDescriptors(input: descriptors.input, output: descriptors.output)
                self.assumeIsolated { connection in
                    connection.cancelBridge(
                        id,
                        connection.failure(.localFailure, "the descriptors cannot be used: \(error)", underlying: error)
                    )
                }
            }
    }

    func cancelBridge(_ id: Int, _ error: SSHError) {
        bridges[id]?.cancel(error)
        drive()
    }

    private func scheduleProgressLook(_ id: Int, _ deadline: Duration, seen: UInt64) {
        schedule(.progress(id), in: deadline) { connection in
            guard let bridge = connection.bridges[id] else { return }
            guard bridge.movedBytes != seen else {
                return connection.cancelBridge(id, connection.failure(.noProgress, "no byte moved for \(deadline)"))
            }
            connection.scheduleProgressLook(id, deadline, seen: bridge.movedBytes)
        }
    }
}
