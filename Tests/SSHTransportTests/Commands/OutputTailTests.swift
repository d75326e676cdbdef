import NIOCore
import SSHTransport
import Testing

@Suite struct OutputTailTests {
    @Test(arguments: [1, 7, 64, 1000])
    func `the last bytes are kept and all are counted`(piece: Int) {
        let all = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var tail = OutputTail(limitBytes: 100)
        for start in stride(from: 0, to: all.count, by: piece) {
            tail.append(ByteBuffer(bytes: all[start..<min(all.count, start + piece)]))
        }
        #expect(tail.totalBytes == 5000)
        #expect(Array(tail.bytes.readableBytesView) == Array(all.suffix(100)))
    }

    @Test func `a limit of nothing keeps nothing`() {
        var tail = OutputTail(limitBytes: 0)
        tail.append(ByteBuffer(string: "abc"))
        #expect(tail.totalBytes == 3)
        #expect(tail.bytes.readableBytes == 0)
    }
}
