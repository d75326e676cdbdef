package import DeployModel

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A release as measured, and what an upload needs besides.
package struct PreparedRelease: Sendable {
    package var release: Release
    package var source: ReleaseSource
    /// Things worth saying that do not stop the run.
    package var warnings: [String]
}

/// Where the files of a release come from, as they were when the release was measured.
package struct ReleaseSource: Sendable, Hashable {
    package var directory: String
    package var rules: ExcludeRules
    /// ``SourceTree/fingerprint``: shows that nothing has changed since.
    var fingerprint: Int
}

/// Measures the local directory a release comes from: its files, their digest, its id. Changes nothing.
package struct ReleaseBuilder: Sendable {
    private let commands: any LocalCommands
    private let environment: ChildEnvironment

    package init(commands: any LocalCommands = LocalProcesses()) {
        self.commands = commands
        self.environment = ChildEnvironment()
    }

    /// - Parameters:
    ///   - privatePaths: files that are left out of the release when they lie in the source: the inventory, and what holds
    ///     secrets. They may begin with `~`.
    ///   - home: what `~` stands for.
    ///   - environmentFiles: the texts that hosts get as their `env_file`; they are part of the digest.
    /// - Throws: ``DeployError`` `.invalidRelease` where there is nothing to deploy or something cannot be read,
    ///   `.rsyncMissing` where this machine has no usable rsync.
    package func prepare(
        _ configuration: ReleaseConfiguration, privatePaths: [String] = [], home: String? = nil,
        environmentFiles: [String] = [], date: Date = Date()
    ) async throws(DeployError) -> PreparedRelease {
        let directory = configuration.source
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory else {
            throw DeployError(
                .invalidRelease, "`\(directory)` is no directory",
                hint: "build it first, or point `release.from` to the directory that holds the files")
        }
        try await requireRsync()
        let rules = ExcludeRules(
            configuration, ignoreFile: try ignoreFile(in: directory),
            privatePaths: PrivatePaths(privatePaths, home: home).names(below: directory))
        let tree = try await SourceTree.scan(directory, rules: rules, environment: environment)
        guard tree.entries.contains(where: { $0.kind != .directory }) else {
            throw DeployError(
                .invalidRelease, "`\(directory)` holds no files to deploy",
                hint: "build it first, or look at `release.exclude` and `\(ExcludeRules.ignoreFileName)`")
        }
        try checkEnvironmentFile(configuration, tree)
        let digest = try EnvironmentDigest.combine(
            try await ReleaseDigest.compute(tree, below: directory), environmentFiles: Set(environmentFiles))
        let commit = await gitCommit(of: directory)
        let generatedID = try Self.id(date: date, commit: commit, digest: digest)
        let release = Release(
            id: configuration.fixedID ?? generatedID, contentDigest: digest, source: directory,
            fileCount: tree.files.count,
            totalBytes: tree.files.reduce(0, +), gitCommit: commit)
        return PreparedRelease(
            release: release,
            source: ReleaseSource(directory: directory, rules: rules, fingerprint: tree.fingerprint),
            warnings: Self.warnings(tree))
    }

    /// `20261122141507-3fa9c1d`: the time in UTC, and the commit or the beginning of the digest.
    static func id(date: Date, commit: String?, digest: String) throws(DeployError) -> ReleaseID {
        let time = date.formatted(.iso8601).filter(\.isNumber)
        guard let id = ReleaseID("\(time)-\(commit ?? String(digest.prefix(8)))") else {
            throw DeployError(.internal, "`\(time)` makes no release id")
        }
        return id
    }

    /// Looks for the rsync of this machine.
    ///
    /// - Returns: its version.
    /// - Throws: ``DeployError`` `.rsyncMissing` where there is none, or one that is too old or another program
    ///   (openrsync).
    @discardableResult
    package func requireRsync() async throws(DeployError) -> String {
        let hint =
            "install rsync \(RsyncVersion.oldestHere) or newer on this machine (`apt install rsync`, `brew install rsync`)"
        let result: CommandResult
        do {
            result = try await commands.run(
                .argv(["rsync", "--version"]), directory: "/", environment: ["LC_ALL": "C"], timeout: .seconds(10),
                output: nil)
        } catch {
            guard error.code != .interrupted else { throw error }
            throw DeployError(.rsyncMissing, "rsync was not found on this machine", hint: hint)
        }
        let line = result.standardOutput.split(separator: "\n").first.map(String.init) ?? ""
        guard let version = RsyncVersion(line: line), version >= .oldestHere else {
            throw DeployError(
                .rsyncMissing, "the rsync of this machine is not usable: `\(line)`", hint: hint)
        }
        return version.description
    }

    // MARK: Private

    private func ignoreFile(in directory: String) throws(DeployError) -> String? {
        let path = "\(directory)/\(ExcludeRules.ignoreFileName)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            // Files that were to stay here must not leave because of a file that we cannot read.
            throw DeployError(.invalidRelease, "`\(path)` cannot be read as UTF-8 text")
        }
    }

    private func checkEnvironmentFile(
        _ configuration: ReleaseConfiguration, _ tree: SourceTree
    ) throws(DeployError) {
        guard let path = configuration.environmentFile, tree.entries.contains(where: { $0.path == Array(path.utf8) })
        else { return }
        throw DeployError(
            .invalidRelease, "`\(configuration.source)` holds `\(path)`, which `release.env_file` is to make",
            hint: "leave it out with `release.exclude`, or choose another name for one of them")
    }

    /// The short commit id, or `nil` outside a git work tree or without git.
    private func gitCommit(of directory: String) async -> String? {
        let result = try? await commands.run(
            .argv(["git", "rev-parse", "--short=7", "HEAD"]), directory: directory, environment: [:],
            timeout: .seconds(10), output: nil)
        guard let result, result.isSuccess else { return nil }
        let commit = result.standardOutput.prefix { !$0.isNewline }
        return (4...64).contains(commit.count) && commit.allSatisfy(\.isHexDigit) ? String(commit) : nil
    }

    private static func warnings(_ tree: SourceTree) -> [String] {
        var warnings: [String] = []
        let links = tree.linksLeavingTree
        if !links.isEmpty {
            warnings.append(
                "\(names(links.map(\.path))) \(links.count == 1 ? "is a link" : "are links") that lead out of the release"
            )
        }
        if !tree.skipped.isEmpty {
            warnings.append(
                "\(names(tree.skipped)) \(tree.skipped.count == 1 ? "is" : "are") left out: not a file, a link or a directory"
            )
        }
        return warnings
    }

    private static func names(_ paths: [[UInt8]]) -> String {
        let shown = paths.prefix(5).map { "`\(String(decoding: $0, as: UTF8.self))`" }.joined(separator: ", ")
        return paths.count > 5 ? "\(shown) and \(paths.count - 5) more" : shown
    }
}

extension SourceTree {
    /// The sizes of the regular files.
    fileprivate var files: [Int64] {
        entries.compactMap { entry in
            if case .file(let size, _) = entry.kind { size } else { nil }
        }
    }
}
