import Foundation

/// Places in the working copy that these tests were built from.
package enum Repository {
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path

    /// The stand-ins that the quickstart and the tests share.
    package static let quickstart = "\(root)/examples/quickstart"

    /// `DEPLOY_PROGRAM` names the `deploy` to test, such as a release build, in the place of the one beside the tests.
    private static let givenProgram = ProcessInfo.processInfo.environment["DEPLOY_PROGRAM"]
    package static let isGivenProgram = givenProgram != nil

    /// A program that was built beside the running tests.
    package static func product(_ name: String) throws -> String {
        if name == "deploy", let givenProgram { return givenProgram }
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = "\((tests as NSString).deletingLastPathComponent)/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw LabError("`\(name)` was not built beside \(tests)")
        }
        return path
    }
}
