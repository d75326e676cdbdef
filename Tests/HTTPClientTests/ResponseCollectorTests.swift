import Testing

@testable import HTTPClient

struct ResponseCollectorTests {
    private func collect(_ lines: [String]) -> ResponseCollector {
        var collector = ResponseCollector(maximumBodyBytes: 8)
        for line in lines { _ = collector.takeHeaderLine(Array(line.utf8)) }
        return collector
    }

    @Test func `fields keep their order and their repetitions`() {
        let collector = collect(["HTTP/1.1 200 OK\r\n", "B: 1\r\n", "a:2 \r\n", "b:\t3\r\n", "empty:\r\n", "\r\n"])
        #expect(collector.headers.fields.map { "\($0.name)=\($0.value)" } == ["B=1", "a=2", "b=3", "empty="])
        #expect(collector.headers["b"] == "1")
        #expect(collector.headers.values(named: "B") == ["1", "3"])
        #expect(collector.headers["missing"] == nil)
    }

    @Test func `an interim answer is forgotten and trailers are dropped`() {
        let collector = collect([
            "HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "A: 1\r\n", "\r\n",
            "Trailer: 2\r\n",
        ])
        #expect(collector.headers.fields.map(\.name) == ["A"])
    }

    @Test func `a folded line continues the value before it`() {
        #expect(collect(["HTTP/1.1 200 OK\r\n", "A: 1\r\n", "  2\r\n", "\r\n"]).headers["A"] == "1 2")
    }

    @Test func `what is not a field is passed over`() {
        #expect(
            collect(["HTTP/1.1 200 OK\r\n", " lost\r\n", "no colon\r\n", "A: 1\r\n", "\r\n"]).headers.fields.count == 1)
    }

    @Test func `a combining mark after the colon belongs to the value`() {
        #expect(collect(["HTTP/1.1 200 OK\r\n", "A:\u{301}x\r\n"]).headers["A"] == "\u{301}x")
    }

    @Test func `header bytes are bounded over all answers`() {
        var collector = ResponseCollector(maximumBodyBytes: 8)
        let line = [UInt8](repeating: 0x41, count: 1 << 10)
        var taken = 0
        while collector.takeHeaderLine(line) { taken += 1 }
        #expect(taken == ResponseCollector.maximumHeaderBytes >> 10)
        #expect(collector.areHeadersTooLong)
    }

    @Test(arguments: [(["1234", "5678"], false), (["1234", "56789"], true), (["123456789"], true), ([], false)])
    func `a body is cut only when it is longer than the limit`(pieces: [String], isTruncated: Bool) {
        var collector = ResponseCollector(maximumBodyBytes: 8)
        for piece in pieces { #expect(collector.takeBody(Array(piece.utf8)) == (!isTruncated || piece.count == 4)) }
        #expect(collector.isBodyTruncated == isTruncated)
        #expect(collector.body.count <= 8)
    }
}
