import CLibCurl

/// Owns a multi handle. Every call but ``wakeUp()`` is made by one thread.
///
/// `@unchecked`: `curl_multi_wakeup` may be called from any thread while the owner polls (its man page), and the handle
/// is freed only when nobody holds this object any more.
final class MultiHandle: @unchecked Sendable {
    let raw: UnsafeMutableRawPointer

    init() throws(HTTPClientError) {
        try CurlLibrary.initialise()
        guard let raw = ccurl_multi_init() else {
            throw HTTPClientError(.unavailable, "libcurl has no memory for a multi handle", url: "")
        }
        self.raw = raw
    }

    deinit { ccurl_multi_cleanup(raw) }

    /// Ends the poll under way, or the next one.
    func wakeUp() { _ = ccurl_multi_wake_up(raw) }
}
