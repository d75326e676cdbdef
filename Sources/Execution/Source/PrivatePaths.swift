#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Files and directories of this machine that no release may hold, by whatever name they lie in its source.
struct PrivatePaths {
    private let paths: [String]

    /// - Parameters:
    ///   - paths: absolute, or with a leading `~`.
    ///   - home: what `~` stands for.
    init(_ paths: [String], home: String?) {
        self.paths = paths.map { ConnectionSurroundings.expanded($0, home: home) }
    }

    /// The same files as seen through a directory, which may be reached through links other than those of the paths.
    func names(below directory: String) -> [String] {
        let real = Self.real(directory)
        let root = real.hasSuffix("/") ? real : real + "/"
        let below = directory.hasSuffix("/") ? directory : directory + "/"
        let names = paths.flatMap { path -> [String] in
            let real = Self.real(path)
            return real.hasPrefix(root) ? [path, below + real.dropFirst(root.count)] : [path]
        }
        return names.reduce(into: []) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }

    /// The path without links; the path itself where it leads to nothing.
    private static func real(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().path
    }
}
