import Testing

@testable import DeployModel

@Suite struct RedactedStreamTests {
    private func shown(_ pieces: [String], _ secrets: String...) -> (text: String, hiddenCount: Int) {
        var stream = RedactedStream(Redactor(secrets.map { Secret($0) }))
        let bytes = pieces.flatMap { stream.receive(Array($0.utf8)) } + stream.finish()
        return (String(decoding: bytes, as: UTF8.self), stream.hiddenCount)
    }

    @Test func `a secret is hidden wherever a piece ends`() {
        let text = "user=me password=hunter22; hunter22hunter22 hunter2"
        for cut in 0...text.count {
            for length in 0...(text.count - cut) {
                let (first, rest) = (text.prefix(cut), text.dropFirst(cut))
                let result = shown(
                    [String(first), String(rest.prefix(length)), String(rest.dropFirst(length))], "hunter22")
                #expect(result.text == "user=me password=[redacted]; [redacted] hunter2")
                #expect(result.hiddenCount == 2)
            }
        }
    }

    @Test func `secrets that share bytes leave nothing of either`() {
        #expect(shown(["_abcde", "fghi_"], "abcdef", "defghi").text == "_[redacted]_")
        #expect(shown(["_abcd", "ef_abc1_abcd"], "abcd", "abcdef").text == "_[redacted]_abc1_[redacted]")
        #expect(shown(["aaaaaaa", "aaaaa"], "aaaa").text == "[redacted]")
    }

    @Test func `what cannot become a secret is handed on at once`() {
        var stream = RedactedStream(Redactor([Secret("hunter22")]))
        #expect(stream.receive(Array("line\nhun".utf8)) == Array("line\n".utf8))
        #expect(stream.receive(Array("gry\n".utf8)) == Array("hungry\n".utf8))
        #expect(stream.finish() == [])
    }

    @Test func `bytes that are no text pass unchanged`() {
        var stream = RedactedStream(Redactor([Secret("hunter22")]))
        let bytes = (0...255).map { UInt8($0) }
        #expect(stream.receive(bytes) + stream.finish() == bytes)
    }
}
