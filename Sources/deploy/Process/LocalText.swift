#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Small text files of this machine.
enum LocalText {
    /// - Returns: `nil` where there is no such file.
    /// - Throws: for a file that exists and cannot be read.
    static func read(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try String(contentsOfFile: path, encoding: .utf8)
    }
}
