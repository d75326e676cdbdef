import NIOCore
import SSHTransport
import Testing

@Suite struct MarkerScannerTests {
    private static let nonce = MarkerNonce()
    private static let stream = "noise of a login\n\(nonce):41:40\nout\u{1E}put\n\(nonce)=3\nlate"

    @Test func `markers are taken out wherever the stream is cut`() {
        let bytes = Array(Self.stream.utf8)
        for first in 0...bytes.count {
            for second in [first, min(bytes.count, first + 1), min(bytes.count, first + 20), bytes.count] {
                var scanner = MarkerScanner(nonce: Self.nonce)
                var output = ""
                for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    output += String(buffer: scanner.consume(ByteBuffer(bytes: piece)))
                }
                output += String(buffer: scanner.finish())
                #expect(output == "out\u{1E}put\nlate")
                #expect(scanner.process == RemoteProcess(id: 41, group: 40))
                #expect(scanner.status == 3)
                #expect(scanner.prelude == "noise of a login\n")
            }
        }
    }

    @Test func `output that never begins is the evidence`() {
        var scanner = MarkerScanner(nonce: Self.nonce)
        #expect(scanner.consume(ByteBuffer(string: "This account is not available.\n")).readableBytes == 0)
        #expect(String(buffer: scanner.finish()) == "This account is not available.\n")
        #expect(scanner.status == nil)
        #expect(scanner.process == nil)
    }

    @Test func `a login's noise is held within bounds`() {
        var scanner = MarkerScanner(nonce: Self.nonce)
        for _ in 0..<1000 { _ = scanner.consume(ByteBuffer(repeating: UInt8(ascii: "x"), count: 1000)) }
        _ = scanner.consume(ByteBuffer(string: "the end"))
        let kept = String(buffer: scanner.finish())
        #expect(kept.utf8.count <= 17 * 1024)
        #expect(kept.hasSuffix("the end"))
    }

    @Test func `a host without proc tells no group`() {
        var scanner = MarkerScanner(nonce: Self.nonce)
        _ = scanner.consume(ByteBuffer(string: "\(Self.nonce):41:\n"))
        #expect(scanner.process == RemoteProcess(id: 41, group: nil))
    }

    @Test(arguments: ["0:0", "1:1", "-5:-5", "x:y", "99999999999:5", ""])
    func `ids that must never be killed are not taken`(ids: String) {
        var scanner = MarkerScanner(nonce: Self.nonce)
        _ = scanner.consume(ByteBuffer(string: "\(Self.nonce):\(ids)\n"))
        #expect(scanner.process == nil)
    }

    @Test func `death by a signal reads alike from every shell`() {
        var scanner = MarkerScanner(nonce: Self.nonce)
        _ = scanner.consume(ByteBuffer(string: "\(Self.nonce):41:40\n\(Self.nonce)=265\n"))
        #expect(scanner.status == 137)
    }
}
