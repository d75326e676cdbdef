import Testing

@testable import deploy

struct SigV4DebugTests {
    @Test func `a described request is signed, and what was hashed is shown`() {
        // The case `get-vanilla` of AWS's own suite for the signature.
        let answer = SigV4DebugCommand.answer(
            """
            {"name": "get-vanilla", "method": "GET", "url": "https://example.amazonaws.com/", "headers": {}, "body": "",
             "region": "us-east-1", "service": "service", "timestamp": "20150830T123600Z", "access_key": "AKIDEXAMPLE",
             "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session_token": null}
            """, number: 1)
        #expect(answer.name == "get-vanilla")
        #expect(
            answer.authorization == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
        #expect(answer.error == nil)
    }

    @Test(arguments: ["", "{}", "[]", #"{"method": 1}"#])
    func `a line that describes nothing is answered with an error`(line: String) {
        #expect(SigV4DebugCommand.answer(line, number: 7).error?.contains("line 7") == true)
    }
}
