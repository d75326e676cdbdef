/// Says what a fixture could not do, with the end of the log that tells why.
package struct LabError: Error, CustomStringConvertible {
    package let message: String
    package let logTail: String

    package init(_ message: String, logTail: String = "") {
        self.message = message
        self.logTail = logTail
    }

    package var description: String {
        logTail.isEmpty ? message : "\(message)\n--- end of the log ---\n\(logTail)\n----------------------"
    }
}
