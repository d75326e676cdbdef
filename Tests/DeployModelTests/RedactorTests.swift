import Testing

import struct Foundation.Data

@testable import DeployModel

@Suite struct RedactorTests {
    private static let secret = #"s3cr3t/pass+'w"o$rd\"#

    private func redacted(_ text: String, _ secrets: String...) -> String {
        Redactor(secrets.map { Secret($0) }).redacted(text)
    }

    @Test(arguments: [
        ("a hunter22 b", "a [redacted] b"), ("hunter22hunter22", "[redacted]"), ("hunter2", "hunter2"), ("", ""),
        ("é hunter22 ü", "é [redacted] ü"), ("xhunter22", "x[redacted]"),
    ])
    func `a secret is replaced wherever it stands`(text: String, result: String) {
        #expect(redacted(text, "hunter22") == result)
    }

    @Test func `secrets that share characters leave nothing of either`() {
        #expect(redacted("_abcdefghi_", "abcdef", "defghi") == "_[redacted]_")
        #expect(redacted("_abcdef_abc1_", "abcd", "abcdef") == "_[redacted]_abc1_")
    }

    @Test(arguments: 0..<6) func `Base64 is found at any place of a longer text`(offset: Int) {
        let text = String(repeating: "u", count: offset) + "the-password" + "!"
        let encoded = Data(text.utf8).base64EncodedString()
        let result = redacted("Authorization: Basic \(encoded)", "the-password")
        #expect(result.contains("[redacted]"))
        // What is left is what stands before and after, and the digits that are shared with it.
        #expect(result.count <= "Authorization: Basic [redacted]".count + offset * 8 / 6 + 6, "\(result)")
    }

    @Test func `the alphabet for URLs is one as well`() {
        let secret = "\u{3FF}\u{3FF}\u{3FF}???>>>"
        let encoded = Data(secret.utf8).base64EncodedString().replacing("/", with: "_")
            .replacing("+", with: "-")
        #expect(redacted(encoded, secret).hasPrefix("[redacted]"))
    }

    @Test(arguments: [
        secret,
        #"s3cr3t%2Fpass%2B%27w%22o%24rd%5C"#,
        #"s3cr3t/pass+'w\"o$rd\\"#,
        #"s3cr3t\/pass+'w\"o$rd\\"#,
        #"s3cr3t/pass+'\''w"o$rd\"#,
        #"s3cr3t/pass+'w\"o\$rd\\"#,
    ])
    func `escaped forms are found`(form: String) {
        #expect(redacted("x=\(form);", Self.secret) == "x=[redacted];")
    }

    @Test func `a key is hidden line by line`() {
        let key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nAQEFAASCBKcwggSjAgEAAoI\n-----END KEY-----\n"
        let redactor = Redactor([Secret(key)])
        #expect(redactor.redacted("| MIIEvQIBADANBgkqhkiG9w0") == "| [redacted]")
        #expect(redactor.redacted(["a", "AQEFAASCBKcwggSjAgEAAoI", "b"]) == ["a", "[redacted]", "b"])
        #expect(redactor.redacted(key) == "[redacted]")
    }

    @Test func `a value with white space around it is known without it`() {
        #expect(redacted("token hunter22.", " hunter22\n") == "token [redacted].")
    }

    @Test(arguments: [
        ("password hunter … (12 bytes cut)", "password [redacted] … (12 bytes cut)"),
        ("… er22 and more", "… [redacted] and more"),
        ("…unter22", "…[redacted]"),
        ("hunter", "hunter"),
        ("no secret … hun", "no secret … hun"),
    ])
    func `what a cut leaves of a secret goes too`(text: String, result: String) {
        #expect(redacted(text, "hunter22") == result)
    }

    @Test func `lines with a mark beside them count as cut`() {
        let redactor = Redactor([Secret("hunter22-and-more")])
        #expect(redactor.redacted(["token=hunter22-a", "…"]) == ["token=[redacted]", "…"])
        #expect(redactor.redacted(["…", "and-more is it"]) == ["…", "[redacted] is it"])
        #expect(redactor.redacted([]) == [])
    }

    @Test func `a short value is left alone, and said to be`() {
        #expect(redacted("a 1 b abc", "1", "abc") == "a 1 b abc")
        #expect(SecretValues(["PIN": Secret("123"), "KEY": Secret("1234")]).namesTooShortToHide == ["PIN"])
    }

    @Test func `an event keeps its names and loses its secrets`() throws {
        let host = try #require(HostName("web-1"))
        let redactor = Redactor([Secret("web-1"), Secret("hunter22")])
        let error = DeployError(.stepFailed, host: host, "hunter22", evidence: ["a hunter22"], hint: "no hunter22")
        let kind = DeployEvent.Kind.stepFailed(
            host: host, phase: .prepare, step: "echo hunter22", error: error, isIgnored: false)
        let clean = DeployError(
            .stepFailed, host: host, "[redacted]", evidence: ["a [redacted]"], hint: "no [redacted]")
        #expect(
            kind.redacted(by: redactor)
                == .stepFailed(
                    host: host, phase: .prepare, step: "echo [redacted]", error: clean, isIgnored: false))
    }

    @Test func `a secret shows nothing of itself`() {
        let secret = Secret("hunter22")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!("\(secret)" + String(reflecting: secret) + dumped).contains("hunter22"))
    }
}
