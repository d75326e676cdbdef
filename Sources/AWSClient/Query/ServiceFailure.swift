/// What AWS calls an error, in any of its layouts: `ErrorResponse/Error`, EC2's `Response/Errors/Error`, or a mixture.
struct ServiceFailure: Sendable, Hashable {
    var status: Int
    /// `nil` where the answer is not AWS's own, but for instance a gateway's page.
    var code: String?
    /// AWS's words, or the beginning of what came instead.
    var message: String

    init(status: Int, code: String?, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    init(status: Int, body: [UInt8]) {
        self.status = status
        if let root = try? XMLReader.read(body), let error = root.first(named: "Error"), let code = error["Code"]?.text
        {
            self.code = code
            message = error["Message"]?.text ?? ""
        } else {
            code = nil
            message = String(String(decoding: body.prefix(800), as: UTF8.self).prefix(200))
        }
    }

    // MARK: Codes

    static let deniedCodes: Set<String> = [
        "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedAccess", "NotAuthorized",
    ]
    /// The access key is not known, or the secret is not the one that belongs to it.
    static let unknownCallerCodes: Set<String> = [
        "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure",
        "InvalidAccessKeyId", "MissingAuthenticationToken", "IncompleteSignature",
    ]
    static let expiredCodes: Set<String> = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"]

    private static let clockCodes: Set<String> = [
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
    ]

    /// The answer may mean that our clock is wrong.
    var mayBeClock: Bool {
        guard let code else { return false }
        let speaksOfTime = message.contains("Signature expired") || message.contains("Signature not yet current")
        // EC2 says no more than that the credentials are not valid.
        return Self.clockCodes.contains(code) || code == "AuthFailure"
            || code == "SignatureDoesNotMatch" && speaksOfTime
    }
}

extension ServiceFailure {
    /// As an error of a call, with what to do about it.
    ///
    /// - Parameter credentials: that the call was signed with.
    func error(of action: String, _ service: AWSService, by credentials: AWSCredentials? = nil) -> AWSError {
        let call = "`\(service.signingName):\(action)`"
        guard let code else {
            return AWSError(
                .unreachable, "\(call) was answered with status \(status), and not by AWS",
                evidence: message.isEmpty ? [] : [message])
        }
        if Self.deniedCodes.contains(code) {
            let right =
                Self.word(after: "is not authorized to perform: ", in: message)
                ?? "\(service.signingName):\(action)"
            let resource = Self.word(after: "on resource: ", in: message) ?? "*"
            return AWSError(
                .refused(code: code), "the credentials lack the right `\(right)`", evidence: [message],
                hint: "add to their policy: "
                    + #"{ "Effect": "Allow", "Action": "\#(right)", "Resource": "\#(resource)" }"#)
        }
        if Self.expiredCodes.contains(code) {
            return AWSError(
                .refused(code: code), "\(call): the credentials have expired, and their source has no newer ones",
                evidence: [message])
        }
        if Self.unknownCallerCodes.contains(code), let credentials, credentials.lackToken {
            return AWSError(
                .refused(code: code),
                "\(call): AWS does not accept the credentials (`\(code)`): `\(credentials.accessKeyID)` is a temporary "
                    + "key, and it came without its session token",
                evidence: [message], hint: "set AWS_SESSION_TOKEN, or `aws_session_token` in the profile")
        }
        if Self.unknownCallerCodes.contains(code) {
            return AWSError(
                .refused(code: code), "\(call): AWS does not accept the credentials (`\(code)`)", evidence: [message],
                hint: mayBeClock
                    ? "is this machine's clock right?" : "`aws sts get-caller-identity` shows whose they are")
        }
        return AWSError(.refused(code: code), "\(call) failed: `\(code)`", evidence: message.isEmpty ? [] : [message])
    }

    /// The text up to the next space, without the punctuation that ends a sentence.
    private static func word(after marker: String, in text: String) -> String? {
        guard let range = text.firstRange(of: marker) else { return nil }
        var word = text[range.upperBound...].prefix { !$0.isWhitespace && $0 != "\"" && $0 != "\\" }
        while let last = word.last, ".,;".contains(last) { word.removeLast() }
        return word.isEmpty ? nil : String(word.prefix(200))
    }
}
