import Dispatch
import Foundation
import Testing

@testable import Reporting

struct OutputWriterTests {
    @Test func `text arrives whole and in order`() throws {
        let pipe = try TestPipe()
        let writer = OutputWriter(descriptor: pipe.writeEnd)
        for number in 1...1_000 { writer.write("line \(number)\n") }
        writer.flush()
        pipe.closeWriteEnd()
        #expect(pipe.readAll() == (1...1_000).map { "line \($0)\n" }.joined())
    }

    @Test func `a reader that goes away is not missed`() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try TestPipe()
        let writer = OutputWriter(descriptor: pipe.writeEnd)
        pipe.closeReadEnd()
        for _ in 1...100 { writer.write("nobody reads this\n") }
        writer.flush()
        pipe.closeWriteEnd()
    }

    @Test func `a full disk stops nothing`() throws {
        let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let writer = OutputWriter(descriptor: descriptor)
        for _ in 1...100 { writer.write("no space left on device\n") }
        writer.flush()
    }

    @Test func `a reader that stands still makes no one wait, and learns what it missed`() throws {
        let pipe = try TestPipe()
        let writer = OutputWriter(descriptor: pipe.writeEnd, pendingLimitBytes: 1_000_000)
        let line = String(repeating: "x", count: 99_999) + "\n"
        for _ in 1...30 { writer.write(line) }
        writer.flush(within: .zero)
        DispatchQueue.global().async {
            writer.flush(within: .seconds(20))
            pipe.closeWriteEnd()
        }
        let text = pipe.readAll()
        #expect(text.hasSuffix("lines were dropped here: the reader is too slow\n"))
        #expect(text.utf8.count < 1_200_000)
    }
}

/// Both ends of a pipe.
private struct TestPipe {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    func closeReadEnd() { close(readEnd) }
    func closeWriteEnd() { close(writeEnd) }

    /// Reads to the end and closes.
    func readAll() -> String {
        defer { closeReadEnd() }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(readEnd, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += buffer[..<count]
        }
    }
}
