package import Foundation

/// One host of a fleet: an sshd, and a unit `acebook` that a stand-in for `systemctl` starts and stops.
package struct LabHost: Sendable {
    package let name: String
    package let sshd: SSHServer
    /// Where the service listens: the host's own address, or a loopback address that only the host itself can dial.
    package let appAddress: String
    package let appPort: Int
    /// `LAB_HOST_DIR` of the stand-ins.
    package let folder: String
    private let lab: Lab

    package static let unit = "acebook"

    /// Where releases go: `releases/` and `current` are below.
    package var base: String { "\(folder)/srv/acebook" }

    /// Starts the host's sshd and writes its unit; the service itself is not started yet.
    ///
    /// - Parameter environment: of the service, besides where it listens.
    static func start(
        _ name: String, in lab: Lab, appAddress: String?, appPort: Int, environment: [String: String] = [:],
        _ options: SSHServer.Options
    ) async throws -> LabHost {
        let folder = try lab.makeDirectory("hosts/\(name)")
        var options = options
        options.path = ["\(Repository.quickstart)/lab/bin"] + options.path
        options.environment["LAB_HOST_DIR"] = folder
        let sshd = try await SSHServer.start(in: lab, options)
        let host = LabHost(
            name: name, sshd: sshd, appAddress: appAddress ?? sshd.address, appPort: appPort, folder: folder, lab: lab)
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        try lab.write(
            "exec=\(host.base)/current/start\nADDRESS=\(host.appAddress)\nPORT=\(appPort)\n\(variables)",
            to: "hosts/\(name)/units/\(unit)")
        try lab.makeDirectory("hosts/\(name)/srv")
        return host
    }

    /// Puts a release there by hand, as an operator did before there was a tool, and starts the service; answers once it
    /// listens.
    package func install(_ release: LabRelease) async throws {
        let files = FileManager.default
        try files.createDirectory(atPath: "\(base)/releases", withIntermediateDirectories: true)
        try files.copyItem(atPath: release.path, toPath: "\(base)/releases/\(release.version)")
        try files.createSymbolicLink(atPath: "\(base)/current", withDestinationPath: "releases/\(release.version)")
        try await systemctl("restart")
        try await eventually("the service of \(name) to listen", within: .seconds(20), log: serviceLog) {
            serviceLog.text.contains("version \(release.version) listens")
        }
    }

    /// Runs the stand-in for `systemctl` on this host.
    @discardableResult
    package func systemctl(_ verb: String) async throws -> LabCommandResult {
        try await lab.command(
            ["\(Repository.quickstart)/lab/bin/systemctl", verb, Self.unit], environment: ["LAB_HOST_DIR": folder])
    }

    /// What `current` links to, relative as it is; nil when there is no such link.
    package var currentLink: String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "\(base)/current")
    }

    /// The version in the release that `current` means.
    package var currentVersion: String {
        LabLog(path: "\(base)/current/VERSION").text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The names in `releases/`.
    package var releases: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(base)/releases")) ?? []).sorted()
    }

    /// The process id of the running service; nil when none was started.
    package var servicePID: pid_t? {
        pid_t(LabLog(path: "\(folder)/units/\(Self.unit).pid").text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The calls of `systemctl` so far: `restart acebook`.
    package var systemctlCalls: [String] {
        LabLog(path: "\(folder)/units/\(Self.unit).calls").lines.map(String.init)
    }

    package var serviceLog: LabLog { LabLog(path: "\(folder)/units/\(Self.unit).log") }

    package func forgetSystemctlCalls() {
        try? FileManager.default.removeItem(atPath: "\(folder)/units/\(Self.unit).calls")
    }
}
