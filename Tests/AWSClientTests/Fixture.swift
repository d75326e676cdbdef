import Foundation

/// The files beside these tests.
enum Fixture {
    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)"))
    }
}
