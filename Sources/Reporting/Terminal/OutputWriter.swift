import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes text to a descriptor, in order, without ever making its caller wait or fail.
///
/// A closed pipe (`deploy | head`), a full disk or a reader that stands still must not stop a rollout: after the first
/// failed write the rest is dropped, and so is what a slow reader leaves behind beyond ``pendingLimitBytes``.
/// The process ignores SIGPIPE; a write to a closed pipe then answers EPIPE.
package final class OutputWriter: Sendable {
    /// What may wait for a slow reader.
    package static let pendingLimitBytes = 4 << 20

    private struct State {
        var pendingBytes = 0
        var droppedLines = 0
        var isBroken = false
        var hasDropped = false

        mutating func takeNoteOfDroppedLines() -> [UInt8] {
            guard droppedLines > 0 else { return [] }
            defer { droppedLines = 0 }
            return Array("… \(droppedLines) lines were dropped here: the reader is too slow\n".utf8)
        }
    }

    private let descriptor: Int32
    private let pendingLimitBytes: Int
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// The descriptor stays the caller's, and stays open.
    package init(descriptor: Int32, pendingLimitBytes: Int = pendingLimitBytes) {
        self.descriptor = descriptor
        self.pendingLimitBytes = pendingLimitBytes
        queue = DispatchQueue(label: "deploy.output.\(descriptor)")
    }

    package func write(_ text: String) {
        write(Array(text.utf8))
    }

    package func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        let accepted: [UInt8]? = state.withLock { state in
            guard !state.isBroken else { return nil }
            guard state.pendingBytes + bytes.count <= pendingLimitBytes else {
                state.droppedLines += bytes.count { $0 == UInt8(ascii: "\n") }
                state.hasDropped = true
                return nil
            }
            let accepted = state.takeNoteOfDroppedLines() + bytes
            state.pendingBytes += accepted.count
            return accepted
        }
        if let accepted { queue.async { self.deliver(accepted) } }
    }

    /// Something was left out because the reader was too slow.
    package var hasDropped: Bool { state.withLock(\.hasDropped) }

    /// Waits until everything accepted so far is written, at most for `limit`: a reader may never come back.
    package func flush(within limit: Duration = .seconds(2)) {
        let note = state.withLock { state in
            let note = state.isBroken ? [] : state.takeNoteOfDroppedLines()
            state.pendingBytes += note.count
            return note
        }
        let group = DispatchGroup()
        queue.async(group: group) { self.deliver(note) }
        _ = group.wait(timeout: .now() + .milliseconds(Int(limit / .milliseconds(1))))
    }

    // MARK: Private

    /// Runs on the queue alone.
    private func deliver(_ bytes: [UInt8]) {
        let isBroken = state.withLock { state in
            state.pendingBytes -= bytes.count
            return state.isBroken
        }
        if !isBroken, !writeAll(bytes) { state.withLock { $0.isBroken = true } }
    }

    private func writeAll(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Someone else made the descriptor non-blocking, as a shell may do with a shared terminal.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}

/// `write(2)` under a name that ``OutputWriter/write(_:)`` does not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
