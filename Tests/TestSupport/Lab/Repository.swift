import Foundation

/// Places in the working copy that these tests were built from.
package enum Repository {
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path

    /// The stand-ins that the quickstart and the tests share.
    package static let quickstart = "\(root)/examples/quickstart"

    /// A program that was built beside the running tests.
    package static func product(_ name: String) throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = "\((tests as NSString).deletingLastPathComponent)/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw LabError("`\(name)` was not built beside \(tests)")
        }
        return path
    }
}
