import Synchronization

/// Names a transfer to its loop; never used twice.
struct TransferID: Hashable, Sendable { fileprivate let number: UInt64 }

/// The thread on which all transfers of a client run, and the only way to it: an inbox and a bell.
///
/// Whatever belongs to libcurl lives in a ``TransferTable`` that the thread creates and nobody else sees; only the
/// multi handle is shared, for ringing (``MultiHandle/wakeUp()``).
final class TransferLoop: Sendable {
    private enum Message: Sendable {
        case start(TransferID, CheckedRequest, CheckedContinuation<Transfer.Outcome, Never>)
        case cancel(TransferID)
    }

    private struct Inbox: Sendable {
        var messages: [Message] = []
        var isClosed = false
        /// Set by the thread when it will never look into the inbox again.
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let multi: MultiHandle
    private let inbox = Mutex(Inbox())
    private let lastID = Atomic<UInt64>(0)

    init() throws(HTTPClientError) { multi = try MultiHandle() }

    /// Starts the thread; to be called once.
    func start() throws(HTTPClientError) {
        do {
            try BackgroundThread.start { self.run() }
        } catch {
            inbox.withLock { $0.hasEnded = true }
            throw HTTPClientError(.unavailable, "no thread can be started: \(error)", url: "")
        }
    }

    func nextID() -> TransferID { TransferID(number: lastID.add(1, ordering: .relaxed).newValue) }

    /// The continuation is resumed exactly once, whatever happens.
    func start(
        _ id: TransferID, _ checked: CheckedRequest, _ continuation: CheckedContinuation<Transfer.Outcome, Never>
    ) {
        let isTaken = inbox.withLock { inbox in
            guard !inbox.isClosed else { return false }
            inbox.messages.append(.start(id, checked, continuation))
            return true
        }
        if isTaken {
            multi.wakeUp()
        } else {
            continuation.resume(returning: .failure(.clientShutDown(checked)))
        }
    }

    /// Does nothing when the transfer is over, or not there yet.
    func cancel(_ id: TransferID) {
        inbox.withLock { if !$0.hasEnded { $0.messages.append(.cancel(id)) } }
        multi.wakeUp()
    }

    /// Lets the thread end what it has and then itself. Does not wait.
    func close() {
        inbox.withLock { $0.isClosed = true }
        multi.wakeUp()
    }

    func closeAndWait() async {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                inbox.isClosed = true
                if !inbox.hasEnded { inbox.waiters.append(continuation) }
                return inbox.hasEnded
            }
            if hasEnded { continuation.resume() } else { multi.wakeUp() }
        }
    }

    // MARK: On the thread

    private func run() {
        var table = TransferTable(multi)
        while true {
            let (messages, isClosed) = inbox.withLock { inbox in
                defer { inbox.messages.removeAll() }
                return (inbox.messages, inbox.isClosed)
            }
            for message in messages {
                switch message {
                case .start(let id, let checked, let continuation): table.add(id, checked, continuation)
                case .cancel(let id): table.cancel(id)
                }
            }
            if isClosed { break }
            table.perform()
            // A bell rung since the inbox was emptied ends this wait at once.
            table.wait()
        }
        table.endAll { .clientShutDown($0) }
        let waiters = inbox.withLock { inbox in
            inbox.hasEnded = true
            defer { inbox.waiters.removeAll() }
            return inbox.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension HTTPClientError {
    fileprivate static func clientShutDown(_ checked: CheckedRequest) -> HTTPClientError {
        HTTPClientError(.clientShutDown, "the HTTP client has been shut down", url: checked.url.withoutQuery)
    }
}
