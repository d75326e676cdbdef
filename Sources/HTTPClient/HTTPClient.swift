import Synchronization

/// Sends HTTP requests through the system's libcurl: HTTP/1.1, TLS 1.2 or later, no cookies, no netrc, no
/// `Expect: 100-continue`, no compression.
///
/// All transfers of a client run on one thread of its own, so a hundred at a time cost no more than their sockets.
/// Its owner calls ``shutdown()``, or uses ``withClient(_:)``.
package final class HTTPClient: Sendable {
    private let loop: TransferLoop

    /// - Throws: `.unavailable` where libcurl or a thread cannot be had.
    package init() throws(HTTPClientError) {
        loop = try TransferLoop()
        try loop.start()
    }

    deinit { loop.close() }

    /// The version of libcurl in use, and of its TLS library: `libcurl/7.88.1 OpenSSL/3.0.17 …`.
    package static var libraryVersion: String { CurlLibrary.version }

    /// Runs `body` with a client of its own and shuts it down afterwards.
    package static func withClient<Value>(
        isolation: isolated (any Actor)? = #isolation, _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let client = try HTTPClient()
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Sends one request and collects the answer, whatever its status.
    ///
    /// Cancelling the task ends the transfer and closes its connection.
    package func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let checked = try CheckedRequest(request)
        let id = loop.nextID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(id, checked, continuation)
                // The handler below may have run before the transfer was known.
                if Task.isCancelled { loop.cancel(id) }
            }
        } onCancel: {
            loop.cancel(id)
        }
        return try result.get()
    }

    /// Ends what is under way with `.clientShutDown`, and returns when the client's thread has done its work.
    package func shutdown() async {
        await loop.closeAndWait()
    }
}
