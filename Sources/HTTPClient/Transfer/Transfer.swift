import CLibCurl

/// One request on its way: an easy handle, what it has brought so far, and who waits for it.
///
/// Belongs to the thread of its ``TransferLoop``. The handle and everything it points to live as long as the transfer.
final class Transfer {
    typealias Outcome = Result<HTTPResponse, HTTPClientError>

    let id: TransferID
    let easy: UnsafeMutableRawPointer
    let checked: CheckedRequest
    private let continuation: CheckedContinuation<Outcome, Never>
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private(set) var collector: ResponseCollector
    /// The addresses dialled, in order: `127.0.0.1:80`, `[::1]:80`, or a path.
    private(set) var dialled: [String] = []

    /// Since 7.87 libcurl's connect time includes TLS until that is through, so it cannot tell the two apart.
    private(set) var hasBegunTLS = false

    /// Fails where memory cannot be had; the continuation then stays the caller's to resume.
    init?(id: TransferID, _ checked: CheckedRequest, _ continuation: CheckedContinuation<Outcome, Never>) {
        guard let easy = ccurl_easy_init() else { return nil }
        self.id = id
        self.easy = easy
        self.checked = checked
        self.continuation = continuation
        collector = ResponseCollector(maximumBodyBytes: checked.request.maximumBodyBytes)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        for line in checked.headerLines {
            guard let longer = curl_slist_append(headerList, line) else { return nil }
            headerList = longer
        }
    }

    deinit {
        // The handle first: it points to the others.
        ccurl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Sets the options and callbacks; to be called once, before the handle is added to a multi handle.
    ///
    /// - Throws: `.unavailable` naming the option this libcurl refuses.
    func configure() throws(HTTPClientError) {
        let options = TransferOptions(checked, headerList: headerList, errorText: errorText)
        try options.apply(to: easy)

        // Not retained: the loop keeps the transfer until the handle has left the multi handle.
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_set_header_callback(
            easy,
            { bytes, size, count, context in
                Transfer.from(context).receive(bytes, size * count) { $0.takeHeaderLine($1) }
            }, context)
        _ = ccurl_set_body_callback(
            easy,
            { bytes, size, count, context in
                Transfer.from(context).receive(bytes, size * count) { $0.takeBody($1) }
            }, context)
        _ = ccurl_set_open_socket_callback(
            easy,
            { context, _, address in
                guard let address else { return -1 }
                Transfer.from(context).noteDialling(address)
                return ccurl_open_private_socket(address)
            }, context)
        _ = ccurl_set_tls_start_callback(
            easy,
            { _, _, context in
                Transfer.from(context).hasBegunTLS = true
                return CURLE_OK
            }, context)
    }

    /// Resumes the caller. Called exactly once, by the loop.
    func finish(_ outcome: Outcome) { continuation.resume(returning: outcome) }

    /// What libcurl wrote about a failure, if anything.
    var curlMessage: String { String(cString: errorText) }

    // MARK: Private

    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
        guard let context else { preconditionFailure("the context is set together with the callback") }
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Answers as libcurl's write callbacks do: the number of bytes taken, or another one to end the transfer.
    private func receive(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
        _ take: (inout ResponseCollector, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        take(&collector, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
    }

    private func noteDialling(_ address: UnsafePointer<curl_sockaddr>) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let text = buffer.baseAddress, ccurl_describe_address(address, text, buffer.count) else { return }
            dialled.append(String(cString: text))
        }
    }
}
