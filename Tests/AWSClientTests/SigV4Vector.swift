import AWSClient
import Foundation
import HTTPClient
import Testing

/// One case of `Fixtures/sigv4-vectors.json`, which botocore computed.
struct SigV4Vector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var method: String
    var url: String
    var service: String
    var region: String
    var date: String
    var accessKey: String
    var secretKey: String
    var sessionToken: String?
    var headers: [String: String]
    var body: String
    var expires: Int?
    var canonicalRequest: String
    var stringToSign: String
    var signedHeaders: [String: String]
    var signedURL: String?

    enum CodingKeys: String, CodingKey {
        case name, method, url, service, region, date, headers, body, expires
        case accessKey = "access_key"
        case secretKey = "secret_key"
        case sessionToken = "session_token"
        case canonicalRequest = "canonical_request"
        case stringToSign = "string_to_sign"
        case signedHeaders = "signed_headers"
        case signedURL = "signed_url"
    }

    var testDescription: String { name }

    static func all() throws -> [SigV4Vector] {
        try JSONDecoder().decode([SigV4Vector].self, from: Fixture.data("sigv4-vectors.json"))
    }

    var request: HTTPRequest? {
        guard let method = HTTPRequest.Method(rawValue: method) else { return nil }
        var fields = HTTPHeaders()
        for (name, value) in headers { fields.append(name: name, value: value) }
        return HTTPRequest(method, url: url, headers: fields, body: body.isEmpty ? nil : Array(body.utf8))
    }

    var signer: SigV4Signer {
        let credentials = AWSCredentials(
            accessKeyID: accessKey, secretAccessKey: secretKey, sessionToken: sessionToken)
        return SigV4Signer(credentials: credentials, region: region, service: service)
    }
}
