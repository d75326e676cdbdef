#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The environment of the programs we start: a clean one, so that no secret reaches a child that was not given it.
struct ChildEnvironment: Sendable {
    /// Taken over from our own environment where set.
    static let inherited = ["PATH", "HOME", "USER", "LANG", "TERM"]

    private let base: [String: String]

    init(of process: [String: String] = ProcessInfo.processInfo.environment) {
        base = process.filter { Self.inherited.contains($0.key) }
            .merging(["PATH": "/usr/local/bin:/usr/bin:/bin"]) { own, _ in own }
    }

    func adding(_ variables: [String: String]) -> [String: String] {
        base.merging(variables) { $1 }
    }
}
