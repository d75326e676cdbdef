import Foundation
import TestSupport

/// This process's memory.
enum ProcessMemory {
    /// From proc(5).
    static var residentBytes: Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages?.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
    }

    /// What malloc(3) has given out and not got back, by malloc_info(3), which Glibc's module does not have.
    static func allocatedBytes() throws -> Int {
        guard let symbol = dlsym(nil, "malloc_info") else { throw LabError("there is no malloc_info") }
        let mallocInfo = unsafeBitCast(symbol, to: (@convention(c) (CInt, OpaquePointer) -> CInt).self)
        var text: UnsafeMutablePointer<CChar>?
        var length = 0
        guard let stream = open_memstream(&text, &length) else { throw LabError("no stream in memory") }
        let status = mallocInfo(0, OpaquePointer(stream))
        fclose(stream)
        defer { free(text) }
        guard status == 0, let text else { throw LabError("malloc_info failed") }
        // The sums of all arenas stand after the last of them.
        let lines = String(cString: text).split(separator: "\n")
        let sums = lines.suffix(from: (lines.lastIndex { $0.hasPrefix("</heap") } ?? 0))
        func size(_ element: String) -> Int {
            let line = sums.first { $0.hasPrefix("<\(element)\"") }
            return line.flatMap { Int($0.split(separator: "size=\"").last?.prefix { $0.isNumber } ?? "") } ?? 0
        }
        return size("system type=\"current") + size("total type=\"mmap") - size("total type=\"fast")
            - size("total type=\"rest")
    }
}
