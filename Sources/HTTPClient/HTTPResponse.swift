/// The final answer to a request. Any status is an answer, not an error.
package struct HTTPResponse: Sendable, Equatable {
    /// Since the call began. What did not take place is `nil`.
    package struct Timings: Sendable, Equatable {
        /// Until the connection stood; nearly zero on one that was reused.
        package var connect: Duration?
        /// Until TLS stood.
        package var tls: Duration?
        /// Until the first byte of the answer.
        package var firstByte: Duration?
        package var total: Duration = .zero
    }

    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Whether the body was longer than the request allowed; ``body`` is its beginning.
    package var isBodyTruncated: Bool
    package var timings: Timings
}
