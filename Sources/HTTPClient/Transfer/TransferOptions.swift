import CLibCurl

/// What libcurl is told about one transfer.
struct TransferOptions {
    private let checked: CheckedRequest
    private let headerList: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    /// The two pointers have to outlive the handle the options are applied to.
    init(
        _ checked: CheckedRequest, headerList: UnsafeMutablePointer<curl_slist>?,
        errorText: UnsafeMutablePointer<CChar>
    ) {
        self.checked = checked
        self.headerList = headerList
        self.errorText = errorText
    }

    /// - Throws: `.unavailable` with the option this libcurl refuses.
    func apply(to easy: UnsafeMutableRawPointer) throws(HTTPClientError) {
        try applyRules(to: easy)
        try applyMethod(to: easy)
        try applyConnection(to: easy)
        try applyTLS(to: easy)
        try require(ccurl_set_string(easy, CURLOPT_URL, checked.url.text), "CURLOPT_URL")
        try require(ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList), "CURLOPT_HTTPHEADER")
    }

    // MARK: Private

    /// What holds for every transfer.
    private func applyRules(to easy: UnsafeMutableRawPointer) throws(HTTPClientError) {
        // Before all else, so that a refusal can be told in libcurl's words.
        try require(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText), "CURLOPT_ERRORBUFFER")
        // libcurl would use SIGALRM and touch the process's SIGPIPE; our thread blocks all signals instead.
        try require(ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1), "CURLOPT_NOSIGNAL")
        try require(ccurl_restrict_to_http(easy), "CURLOPT_PROTOCOLS_STR")
        try require(ccurl_abandon_slow_resolver(easy), "CURLOPT_QUICK_EXIT")
        try require(ccurl_ignore_netrc(easy), "CURLOPT_NETRC")
        // As balancers check. HTTP/2 would share connections between transfers that have to be told apart.
        try require(ccurl_restrict_to_http_1_1(easy), "CURLOPT_HTTP_VERSION")
        // Send what was written: no `/../` folded away.
        try require(ccurl_set_long(easy, CURLOPT_PATH_AS_IS, 1), "CURLOPT_PATH_AS_IS")
        // The answer of a proxy to CONNECT is not the answer.
        try require(ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1), "CURLOPT_SUPPRESS_CONNECT_HEADERS")
        try require(ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, checked.timeoutMilliseconds), "CURLOPT_TIMEOUT_MS")
        try require(
            ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, checked.connectTimeoutMilliseconds),
            "CURLOPT_CONNECTTIMEOUT_MS")
        if checked.request.followsRedirects {
            try require(ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 1), "CURLOPT_FOLLOWLOCATION")
            try require(ccurl_set_long(easy, CURLOPT_MAXREDIRS, 5), "CURLOPT_MAXREDIRS")
        }
    }

    private func applyMethod(to easy: UnsafeMutableRawPointer) throws(HTTPClientError) {
        let method = checked.request.method
        switch method {
        case .get:
            try require(ccurl_set_long(easy, CURLOPT_HTTPGET, 1), "CURLOPT_HTTPGET")
        case .head:
            try require(ccurl_set_long(easy, CURLOPT_NOBODY, 1), "CURLOPT_NOBODY")
        case .post, .put, .patch, .delete, .options:
            if method != .post {
                try require(ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, method.rawValue), "CURLOPT_CUSTOMREQUEST")
            }
            // A POST, PUT or PATCH without a body says so (`Content-Length: 0`); some servers answer 411 otherwise.
            let expectsBody = method == .post || method == .put || method == .patch
            guard let body = checked.request.body ?? (expectsBody ? [] : nil) else { return }
            try require(ccurl_set_body(easy, body, body.count), "CURLOPT_COPYPOSTFIELDS")
        }
    }

    private func applyConnection(to easy: UnsafeMutableRawPointer) throws(HTTPClientError) {
        if case .unixSocket(let path) = checked.request.connection {
            try require(ccurl_set_string(easy, CURLOPT_UNIX_SOCKET_PATH, path), "CURLOPT_UNIX_SOCKET_PATH")
        }
        // An empty string turns the variables off; not setting it leaves them on.
        if !checked.usesProxyFromEnvironment {
            try require(ccurl_set_string(easy, CURLOPT_PROXY, ""), "CURLOPT_PROXY")
        }
        if !checked.request.reusesConnection {
            try require(ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, 1), "CURLOPT_FRESH_CONNECT")
            try require(ccurl_set_long(easy, CURLOPT_FORBID_REUSE, 1), "CURLOPT_FORBID_REUSE")
        }
    }

    private func applyTLS(to easy: UnsafeMutableRawPointer) throws(HTTPClientError) {
        guard checked.url.scheme == .https || checked.request.followsRedirects else { return }
        try require(ccurl_require_tls_1_2(easy), "CURLOPT_SSLVERSION")
        let verifies = checked.request.verifiesCertificates
        try require(ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, verifies ? 1 : 0), "CURLOPT_SSL_VERIFYPEER")
        try require(ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, verifies ? 2 : 0), "CURLOPT_SSL_VERIFYHOST")
        if let caFile = checked.request.caFile {
            try require(ccurl_set_string(easy, CURLOPT_CAINFO, caFile), "CURLOPT_CAINFO")
        }
    }

    private func require(_ code: CURLcode, _ option: StaticString) throws(HTTPClientError) {
        guard code != CURLE_OK else { return }
        throw HTTPClientError(
            .unavailable, "libcurl refuses `\(option)`: \(CurlLibrary.message(code))", url: checked.url.withoutQuery)
    }
}
