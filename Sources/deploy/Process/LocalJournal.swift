import DeployModel
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A copy of a run's journal on this machine, in `$XDG_STATE_HOME/deploy/<service>/<run>.jsonl`: for people to read. The
/// hosts' own is the one that counts, so a copy that cannot be written is done without.
struct LocalJournal: Sendable {
    private let writer: OutputWriter?

    init(_ session: Session) {
        let home = session.environment["HOME"].map { $0 + "/.local/state" }
        let state = session.environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
        writer = state.flatMap { Self.open("\($0)/deploy/\(session.inventory.service)", "\(session.run).jsonl") }
    }

    func append(_ line: String) {
        writer?.write(line + "\n")
    }

    // MARK: Private

    private static func open(_ directory: String, _ name: String) -> OutputWriter? {
        let made: ()? = try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        guard made != nil else { return nil }
        let descriptor = openFile("\(directory)/\(name)")
        return descriptor < 0 ? nil : OutputWriter(descriptor: descriptor)
    }
}

/// Stays open until the process ends.
private func openFile(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
}
