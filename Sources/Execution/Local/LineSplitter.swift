#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Cuts a stream of bytes into lines of text, within bounds.
///
/// A carriage return starts the line anew, as it does on a terminal, so that a progress bar is one line and not hundreds.
/// A line longer than the limit is cut, and says by how much. Bytes that are no UTF-8 become U+FFFD.
struct LineSplitter: Sendable {
    let limitBytes: Int
    private var line: [UInt8] = []
    private var droppedBytes = 0
    private var hasCarriageReturn = false

    init(limitBytes: Int = 8 * 1024) {
        self.limitBytes = limitBytes
    }

    /// Takes bytes as they come, and hands on each line that they complete.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ emit: (String) -> Void) {
        var rest = bytes[...]
        while let newline = rest.firstOffset(of: UInt8(ascii: "\n")) {
            add(rest.prefix(newline))
            rest = rest.dropFirst(newline + 1)
            emit(take())
        }
        add(rest)
    }

    /// Hands on what is left without a line end.
    mutating func finish(_ emit: (String) -> Void) {
        if !line.isEmpty { emit(take()) }
    }

    // MARK: Private

    /// Adds bytes without a line feed.
    private mutating func add(_ bytes: Slice<UnsafeRawBufferPointer>) {
        var rest = bytes
        while let offset = rest.firstOffset(of: UInt8(ascii: "\r")) {
            addText(rest.prefix(offset))
            hasCarriageReturn = true
            rest = rest.dropFirst(offset + 1)
        }
        addText(rest)
    }

    private mutating func addText(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard !bytes.isEmpty else { return }
        if hasCarriageReturn {
            hasCarriageReturn = false
            line.removeAll(keepingCapacity: true)
            droppedBytes = 0
        }
        let kept = bytes.prefix(max(0, limitBytes - line.count))
        line.append(contentsOf: kept)
        droppedBytes += bytes.count - kept.count
    }

    private mutating func take() -> String {
        defer {
            line.removeAll(keepingCapacity: true)
            droppedBytes = 0
            hasCarriageReturn = false
        }
        let text = String(decoding: line, as: UTF8.self)
        return droppedBytes == 0 ? text : text + " … (\(droppedBytes) bytes cut)"
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// How far from the start a byte first occurs, searched at the speed of the C library: output may come by the gigabyte.
    fileprivate func firstOffset(of byte: UInt8) -> Int? {
        let bytes = UnsafeRawBufferPointer(rebasing: self)
        guard let start = bytes.baseAddress, let hit = memchr(start, Int32(byte), bytes.count) else { return nil }
        return UnsafeRawPointer(hit) - start
    }
}
