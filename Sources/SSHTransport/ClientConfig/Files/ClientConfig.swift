/// The `ssh_config` files of a user, read and parsed once for all hosts.
package struct ClientConfig: Sendable {
    /// A file, and whether it is the user's own: its keys count apart from those of the system's file.
    struct Source: Sendable {
        var file: ClientConfigFile
        var isUsers: Bool
    }

    /// The user's file first: the first value counts.
    let sources: [Source]

    /// No file at all, as `ssh -F none` has it.
    package static let none = ClientConfig(sources: [])

    init(sources: [Source]) {
        self.sources = sources
    }

    /// Parses a text that includes nothing.
    ///
    /// - Parameter path: its name in messages.
    package init(text: String, path: String) {
        self.init(sources: [Source(file: ClientConfigParser.parse(text.utf8, path: path), isUsers: true)])
    }

    /// Every line that is wrong, in all files.
    var issues: [ClientConfigIssue] { sources.flatMap { Self.issues(of: $0.file) } }

    private static func issues(of file: ClientConfigFile) -> [ClientConfigIssue] {
        file.issues + file.directives.flatMap { $0.includedFiles.flatMap(issues) }
    }
}

extension ClientConfig {
    /// The files that `ssh` reads by itself: `~/.ssh/config`, then `/etc/ssh/ssh_config`.
    ///
    /// - Throws: for a file that cannot be read or must not be trusted. Wrong lines are told when a host is resolved.
    package static func load(for environment: ClientConfigEnvironment) throws(ClientConfigError) -> ClientConfig {
        var loader = ClientConfigLoader(files: ClientConfigDisk(), homeDirectory: environment.homeDirectory)
        return try loader.loadDefaults()
    }

    /// One file in place of both, as `ssh -F` has it; it has to be there.
    package static func load(
        path: String, for environment: ClientConfigEnvironment
    ) throws(ClientConfigError) -> ClientConfig {
        var loader = ClientConfigLoader(files: ClientConfigDisk(), homeDirectory: environment.homeDirectory)
        return try loader.load(path: path)
    }
}
