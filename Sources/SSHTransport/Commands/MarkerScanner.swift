package import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Takes the marker lines of a ``ShellPayload`` out of a command's standard output.
///
/// Output before the first marker comes from the login shell's start-up files and is held back, bounded; it is dropped once the
/// marker arrives, but for a ``prelude``. If no marker ever arrives, ``finish()`` returns it: it usually says why.
package struct MarkerScanner: Sendable {
    /// The process that reads the payload; known from the first marker line on.
    package private(set) var process: RemoteProcess?
    /// The script's status; known from the last marker line on.
    package private(set) var status: Int?

    /// The beginning of what came before the first marker line.
    package private(set) var prelude = ""

    private let nonce: [UInt8]
    private var held = ByteBuffer()
    private static let preludeBytes = 16 * 1024
    private static let shownPreludeBytes = 200
    /// The longest text after a nonce: two process ids, their separators and a newline.
    private static let markerTailBytes = 48

    package init(nonce: MarkerNonce) {
        self.nonce = Array(nonce.description.utf8)
    }

    /// Takes bytes as they arrive and returns what belongs to the script's own output.
    package mutating func consume(_ bytes: ByteBuffer) -> ByteBuffer {
        if held.readableBytes == 0 {
            held = bytes
        } else {
            held.writeImmutableBuffer(bytes)
        }
        var output = ByteBuffer()
        while let offset = offsetOfNonce() {
            let tail = held.readableBytesView.dropFirst(offset + nonce.count).prefix(Self.markerTailBytes)
            let end = tail.firstIndex(of: UInt8(ascii: "\n"))
            if end == nil, tail.count < Self.markerTailBytes {
                release(offset, into: &output)
                return output
            }
            let text = end.map { tail[..<$0] } ?? tail[..<tail.startIndex]
            let markerEnd = held.readerIndex + offset + nonce.count + (end == nil ? 0 : text.count + 1)
            if process == nil {
                prelude = String(
                    buffer: held.getSlice(at: held.readerIndex, length: min(offset, Self.shownPreludeBytes)) ?? held)
            }
            release(offset, into: &output)
            held.moveReaderIndex(to: markerEnd)
            accept(String(decoding: text, as: UTF8.self))
        }
        release(held.readableBytes - partialNonceBytes(), into: &output)
        return output
    }

    /// Returns what is still held back when the output ends.
    package mutating func finish() -> ByteBuffer {
        defer { held = ByteBuffer() }
        return held
    }

    // MARK: Private

    /// Moves the first `count` held bytes to `output`; drops the oldest of them as long as the script has not begun.
    private mutating func release(_ count: Int, into output: inout ByteBuffer) {
        if process != nil {
            guard var slice = held.readSlice(length: count) else { return }
            if output.readableBytes == 0 { output = slice } else { output.writeBuffer(&slice) }
        } else if count > Self.preludeBytes {
            held.moveReaderIndex(forwardBy: count - Self.preludeBytes)
        }
    }

    private mutating func accept(_ text: String) {
        if text.hasPrefix("=") {
            // ksh93 reports death by a signal as 256 + n, every other shell as 128 + n.
            status = Int(text.dropFirst()).map { $0 > 256 ? $0 - 128 : $0 }
        } else if text.hasPrefix(":") {
            let ids = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false).map { Int32($0) }
            guard let id = ids.first ?? nil, id > 1 else { return }
            let group = ids.count > 1 ? ids[1] : nil
            process = RemoteProcess(id: id, group: group.flatMap { $0 > 1 ? $0 : nil })
        }
    }

    /// Looks for the nonce by its first byte, which is rare in text.
    private func offsetOfNonce() -> Int? {
        held.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var offset = 0
            while bytes.count - offset >= nonce.count,
                let hit = memchr(base + offset, CInt(nonce[0]), bytes.count - offset - nonce.count + 1)
            {
                if memcmp(hit, nonce, nonce.count) == 0 { return UnsafeRawPointer(hit) - base }
                offset = UnsafeRawPointer(hit) - base + 1
            }
            return nil
        }
    }

    /// How many bytes at the end may be the beginning of a nonce.
    private func partialNonceBytes() -> Int {
        let tail = held.readableBytesView.suffix(nonce.count - 1)
        guard let start = tail.lastIndex(of: nonce[0]) else { return 0 }
        let candidate = tail[start...]
        return candidate.elementsEqual(nonce.prefix(candidate.count)) ? candidate.count : 0
    }
}

/// The remote shell that reads a payload.
package struct RemoteProcess: Sendable, Equatable {
    package var id: Int32
    /// Its process group, if the host told it (from `/proc`); sshd makes a session and group for each command.
    package var group: Int32?

    package init(id: Int32, group: Int32?) {
        self.id = id
        self.group = group
    }
}
