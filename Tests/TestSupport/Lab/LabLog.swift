package import Foundation

/// A file that a process of the lab writes to.
package struct LabLog: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    package var bytes: Data {
        (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
    }

    package var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    package var lines: [Substring] {
        text.split(separator: "\n")
    }

    /// The last lines, for a message about a failure.
    package func tail(lines count: Int = 25) -> String {
        lines.suffix(count).joined(separator: "\n")
    }
}
