import CLibCurl

/// The process-wide part of libcurl.
enum CurlLibrary {
    /// Initialises libcurl once; `curl_global_init` is thread-safe only since 7.84, a `static let` always is.
    private static let initialised = ccurl_global_init()

    static func initialise() throws(HTTPClientError) {
        guard initialised == CURLE_OK else {
            throw HTTPClientError(.unavailable, "libcurl cannot be initialised: \(message(initialised))", url: "")
        }
    }

    static var version: String { String(cString: curl_version()) }

    static func message(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
}
