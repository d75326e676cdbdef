import Foundation
import TestSupport

/// A filesystem of its own below a lab's folder, which can be full or read-only.
///
/// One of a host is mounted before its sshd starts: that one sees the mounts of its beginning.
struct SmallDisk {
    private let path: String
    private let lab: Lab

    /// Mounts take root.
    static let canBeMade = geteuid() == 0 && LabAccount.canBeDefined

    /// - Parameter options: of tmpfs(5), such as `size=4m`.
    static func mount(_ folder: String, in lab: Lab, _ options: String) async throws -> SmallDisk {
        let disk = SmallDisk(path: try lab.makeDirectory(folder), lab: lab)
        try await disk.run(["mount", "-t", "tmpfs", "-o", options, "lab", disk.path])
        lab.onCleanup { _ = try? await disk.run(["umount", "--lazy", disk.path]) }
        return disk
    }

    /// From now on nothing can be written to it, by anybody.
    func makeReadOnly() async throws {
        try await run(["mount", "-o", "remount,ro", path])
    }

    private func run(_ argv: [String]) async throws {
        let result = try await lab.command(argv)
        guard result.succeeded else { throw LabError("\(argv.joined(separator: " ")): \(result.errorText)") }
    }
}
