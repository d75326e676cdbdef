import AWSClient
import ArgumentParser
import HTTPClient
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Signs described requests and shows what was hashed, to lay beside what AWS or another signer says. Sends nothing.
struct SigV4DebugCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "sigv4",
        abstract: "Signs the requests on stdin, a JSON object a line, and prints one for each.",
        discussion: """
            In:  name, method, url, headers, body, region, service, timestamp
                 (20261122T113000Z), access_key, secret_key, session_token; with
                 expires (seconds) the URL is presigned
            Out: name, authorization (or signed_url), canonical_request,
                 string_to_sign; or name and error
            """)

    func perform(_ console: Console) async throws -> ExitCode {
        var code = ExitCode.success
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var number = 0
        while let line = readLine() {
            number += 1
            if line.allSatisfy(\.isWhitespace) { continue }
            let answer = Self.answer(line, number: number)
            if answer.error != nil { code = .configuration }
            console.output.write(String(decoding: try encoder.encode(answer), as: UTF8.self) + "\n")
        }
        return code
    }

    static func answer(_ line: String, number: Int) -> Answer {
        guard let question = try? JSONDecoder().decode(Question.self, from: Data(line.utf8)) else {
            return Answer(name: nil, error: "line \(number) is not a JSON object with the keys that are needed")
        }
        guard let method = HTTPRequest.Method(rawValue: question.method.uppercased()) else {
            return Answer(name: question.name, error: "`\(question.method)` is not a method")
        }
        guard let date = SigV4Signer.date(question.timestamp) else {
            return Answer(name: question.name, error: "`\(question.timestamp)` is not a time like `20261122T113000Z`")
        }
        var headers = HTTPHeaders()
        for (name, value) in (question.headers ?? [:]).sorted(by: { $0.key < $1.key }) {
            headers.append(name: name, value: value)
        }
        let request = HTTPRequest(
            method, url: question.url, headers: headers, body: question.body.map { Array($0.utf8) })
        let signer = SigV4Signer(
            credentials: AWSCredentials(
                accessKeyID: question.accessKey, secretAccessKey: question.secretKey,
                sessionToken: question.sessionToken.flatMap { $0.isEmpty ? nil : $0 }),
            region: question.region, service: question.service)
        do {
            guard let expires = question.expires else {
                let signed = try signer.sign(request, at: date)
                return Answer(
                    name: question.name, authorization: signed.request.headers["Authorization"],
                    canonicalRequest: signed.canonicalRequest, stringToSign: signed.stringToSign)
            }
            let signed = try signer.presign(request, at: date, expirySeconds: expires)
            return Answer(
                name: question.name, signedURL: signed.request.url, canonicalRequest: signed.canonicalRequest,
                stringToSign: signed.stringToSign)
        } catch {
            return Answer(name: question.name, error: "\(error)")
        }
    }

    struct Answer: Encodable, Equatable {
        var name: String?
        var authorization: String?
        var signedURL: String?
        var canonicalRequest: String?
        var stringToSign: String?
        var error: String?

        enum CodingKeys: String, CodingKey {
            case name, authorization, error
            case signedURL = "signed_url"
            case canonicalRequest = "canonical_request"
            case stringToSign = "string_to_sign"
        }
    }

    // MARK: Private

    private struct Question: Decodable {
        var name: String?
        var method: String
        var url: String
        var headers: [String: String]?
        var body: String?
        var region: String
        var service: String
        var timestamp: String
        var accessKey: String
        var secretKey: String
        var sessionToken: String?
        var expires: Int?

        enum CodingKeys: String, CodingKey {
            case name, method, url, headers, body, region, service, timestamp, expires
            case accessKey = "access_key"
            case secretKey = "secret_key"
            case sessionToken = "session_token"
        }
    }
}
