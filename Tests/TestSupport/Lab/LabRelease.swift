import Foundation

/// A folder with a version of the lab's service, ready to be deployed.
package struct LabRelease: Sendable {
    package let version: String
    package let path: String

    /// Makes a release folder from the quickstart's service.
    ///
    /// - Parameter broken: why its health check shall answer 503; nil for a good release.
    package static func make(_ version: String, broken: String? = nil, in lab: Lab) throws -> LabRelease {
        let folder = "versions/\(version)"
        for file in ["start", "server.py"] {
            let mode: mode_t = file == "start" ? 0o755 : 0o644
            try lab.write(
                LabLog(path: "\(Repository.quickstart)/app/\(file)").text, to: "\(folder)/\(file)", mode: mode)
        }
        try lab.write(version + "\n", to: "\(folder)/VERSION")
        if let broken { try lab.write(broken + "\n", to: "\(folder)/broken") }
        return LabRelease(version: version, path: lab.path(folder))
    }
}
