package import Foundation

/// How a program that ran to its end left.
package struct LabCommandResult: Sendable {
    package let termination: LabProcess.Termination
    package let output: Data
    package let errorOutput: Data

    package var succeeded: Bool { termination == .exited(0) }
    package var text: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }

    /// The exit status; nil when a signal ended it.
    package var status: Int32? {
        if case .exited(let status) = termination { status } else { nil }
    }
}
