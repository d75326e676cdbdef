import CLibCurl

extension Transfer {
    /// What libcurl's final word on this transfer means to the caller. Reads the handle: to be called before it is freed.
    func outcome(of code: CURLcode) -> Outcome {
        switch code {
        case CURLE_OK:
            return .success(response)
        case CURLE_WRITE_ERROR where collector.isBodyTruncated:
            // We ended it ourselves, with all we wanted.
            return .success(response)
        case CURLE_WRITE_ERROR where collector.areHeadersTooLong:
            return failure(
                .protocolError, "the header of the answer is longer than \(ResponseCollector.maximumHeaderBytes) bytes")
        case CURLE_OPERATION_TIMEDOUT:
            return timedOut()
        case CURLE_COULDNT_RESOLVE_HOST:
            return failure(.nameResolution, "`\(checked.url.host)` cannot be resolved to an address")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return failure(.nameResolution, "the proxy's name cannot be resolved: \(reason(code))")
        case CURLE_COULDNT_CONNECT:
            return couldNotConnect()
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            return failure(.tls, "TLS with \(peer) failed: \(reason(code))")
        case CURLE_GOT_NOTHING:
            return failure(.connectionLost, "\(peer) closed the connection without an answer")
        case CURLE_PARTIAL_FILE:
            return failure(
                .connectionLost, "\(peer) closed the connection in the middle of the answer: \(reason(code))")
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            let proxyStatus = ccurl_info_long(easy, CURLINFO_HTTP_CONNECTCODE)
            if proxyStatus != 0, proxyStatus != 200 {
                return failure(.proxyRefused, "the proxy refused the connection with status \(proxyStatus)")
            }
            return failure(.connectionLost, "the connection to \(peer) was lost: \(reason(code))")
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_NOT_BUILT_IN:
            return failure(.unavailable, reason(code))
        case CURLE_TOO_MANY_REDIRECTS:
            return failure(.protocolError, "more than 5 redirects")
        default:
            return failure(.protocolError, "no valid HTTP answer from \(peer): \(reason(code))")
        }
    }

    func failure(_ code: HTTPClientError.Code, _ detail: String) -> Outcome {
        .failure(HTTPClientError(code, detail, url: checked.url.withoutQuery))
    }

    // MARK: Private

    private var response: HTTPResponse {
        HTTPResponse(
            status: ccurl_info_long(easy, CURLINFO_RESPONSE_CODE), headers: collector.headers, body: collector.body,
            isBodyTruncated: collector.isBodyTruncated, timings: timings)
    }

    private var timings: HTTPResponse.Timings {
        HTTPResponse.Timings(
            connect: time(CURLINFO_CONNECT_TIME_T), tls: time(CURLINFO_APPCONNECT_TIME_T),
            firstByte: time(CURLINFO_STARTTRANSFER_TIME_T), total: time(CURLINFO_TOTAL_TIME_T) ?? .zero)
    }

    /// libcurl's zero is "has not happened".
    private func time(_ info: CURLINFO) -> Duration? {
        let microseconds = ccurl_info_offset(easy, info)
        return microseconds > 0 ? .microseconds(microseconds) : nil
    }

    private func timedOut() -> Outcome {
        let phase: HTTPClientError.Phase =
            if time(CURLINFO_STARTTRANSFER_TIME_T) != nil {
                .body
            } else if time(CURLINFO_PRETRANSFER_TIME_T) != nil {
                .response
            } else if hasBegunTLS {
                .tls
            } else if !dialled.isEmpty {
                .connect
            } else {
                .nameResolution
            }
        var detail = "timed out after \((time(CURLINFO_TOTAL_TIME_T) ?? .zero).inWords), waiting for \(phase.rawValue)"
        switch phase {
        case .nameResolution: detail += " `\(checked.url.host)`"
        case .connect: detail += " to \(peer)"
        case .tls, .response: detail += " of \(peer)"
        case .body: detail += " of \(peer), after \(collector.body.count) bytes"
        }
        return failure(.timedOut(phase), detail)
    }

    private func couldNotConnect() -> Outcome {
        let number = Int32(clamping: ccurl_info_long(easy, CURLINFO_OS_ERRNO))
        switch number {
        case SystemErrors.refused:
            return failure(.connectionRefused, "connection refused by \(peer)")
        case SystemErrors.noSuchFile:
            return failure(.connectionRefused, "there is no unix socket \(peer)")
        case 0:
            return failure(.connectionFailed, "cannot connect to \(peer): \(reason(CURLE_COULDNT_CONNECT))")
        default:
            return failure(.connectionFailed, "cannot connect to \(peer): \(SystemErrors.message(number))")
        }
    }

    /// Whom we talked to, for messages.
    private var peer: String {
        if case .unixSocket(let path) = checked.request.connection { return "`\(path)`" }
        if dialled.isEmpty { return "`\(checked.url.host)`" }
        return dialled.map { "`\($0)`" }.joined(separator: " and ")
    }

    private func reason(_ code: CURLcode) -> String {
        curlMessage.isEmpty ? CurlLibrary.message(code) : curlMessage
    }
}

extension Duration {
    /// `1.5 s`, `20 ms`, `0.4 ms`: at most three digits that mean something.
    fileprivate var inWords: String {
        let (seconds, attoseconds) = components
        let microseconds = Double(seconds) * 1e6 + Double(attoseconds) / 1e12
        let (value, unit) = microseconds < 1e6 ? (microseconds / 1e3, "ms") : (microseconds / 1e6, "s")
        let rounded = value < 10 ? (value * 10).rounded() / 10 : value.rounded()
        let isWhole = rounded == rounded.rounded()
        return "\(isWhole ? "\(Int(rounded))" : "\(rounded)") \(unit)"
    }
}
