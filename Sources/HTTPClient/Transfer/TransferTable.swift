import CLibCurl

/// The transfers under way in one multi handle. Confined to one thread, which is why it is not `Sendable`.
struct TransferTable {
    private let multi: MultiHandle
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private var handles: [TransferID: UnsafeMutableRawPointer] = [:]

    init(_ multi: MultiHandle) { self.multi = multi }

    mutating func add(
        _ id: TransferID, _ checked: CheckedRequest, _ continuation: CheckedContinuation<Transfer.Outcome, Never>
    ) {
        guard let transfer = Transfer(id: id, checked, continuation) else {
            return continuation.resume(returning: .failure(.noMemory(checked)))
        }
        do throws(HTTPClientError) {
            try transfer.configure()
        } catch {
            return transfer.finish(.failure(error))
        }
        let code = ccurl_multi_add(multi.raw, transfer.easy)
        guard code == CURLM_OK else {
            return transfer.finish(transfer.failure(.unavailable, Self.message(code)))
        }
        transfers[transfer.easy] = transfer
        handles[id] = transfer.easy
    }

    mutating func cancel(_ id: TransferID) {
        guard let easy = handles[id] else { return }
        end(easy) { $0.failure(.cancelled, "cancelled") }
    }

    /// Lets libcurl do what is due and takes out what has finished.
    mutating func perform() {
        let code = ccurl_multi_perform(multi.raw)
        var easy: UnsafeMutableRawPointer?
        var result = CURLE_OK
        while ccurl_multi_next_finished(multi.raw, &easy, &result) {
            guard let easy else { continue }
            let result = result
            end(easy) { $0.outcome(of: result) }
        }
        if code != CURLM_OK {
            let reason = Self.message(code)
            endAll { HTTPClientError(.unavailable, reason, url: $0.url.withoutQuery) }
        }
    }

    /// Blocks until a socket is ready, a timer of libcurl is due, or the bell is rung.
    func wait() { _ = ccurl_multi_wait(multi.raw, 60_000) }

    mutating func endAll(_ error: (CheckedRequest) -> HTTPClientError) {
        for easy in Array(transfers.keys) { end(easy) { .failure(error($0.checked)) } }
    }

    // MARK: Private

    /// The outcome is read while the handle still belongs to the multi handle: removing it resets what it knows.
    private mutating func end(_ easy: UnsafeMutableRawPointer, _ outcome: (Transfer) -> Transfer.Outcome) {
        guard let transfer = transfers.removeValue(forKey: easy) else { return }
        handles[transfer.id] = nil
        let outcome = outcome(transfer)
        _ = ccurl_multi_remove(multi.raw, easy)
        transfer.finish(outcome)
    }

    private static func message(_ code: CURLMcode) -> String { String(cString: curl_multi_strerror(code)) }
}

extension HTTPClientError {
    fileprivate static func noMemory(_ checked: CheckedRequest) -> HTTPClientError {
        HTTPClientError(.unavailable, "libcurl has no memory for a transfer", url: checked.url.withoutQuery)
    }
}
