/// Reads `ssh_config` files with what they include.
struct ClientConfigLoader {
    /// As OpenSSH's `READCONF_MAX_DEPTH`.
    static let maximumDepth = 16

    /// How often files may be included altogether; files that include each other twice at every depth come to this.
    static let maximumFiles = 1024

    let files: any ClientConfigFiles
    /// Of the account, not of the environment, as OpenSSH has it.
    let homeDirectory: String
    private var count = 0

    init(files: any ClientConfigFiles, homeDirectory: String) {
        self.files = files
        self.homeDirectory = homeDirectory
    }

    /// The user's file, then the system's; one that is not there counts as empty.
    mutating func loadDefaults() throws(ClientConfigError) -> ClientConfig {
        var sources: [ClientConfig.Source] = []
        if let file = try load(homeDirectory + "/.ssh/config", isUsers: true, mustBeSafe: true, depth: 0) {
            sources.append(ClientConfig.Source(file: file, isUsers: true))
        }
        if let file = try load("/etc/ssh/ssh_config", isUsers: false, mustBeSafe: false, depth: 0) {
            sources.append(ClientConfig.Source(file: file, isUsers: false))
        }
        return ClientConfig(sources: sources)
    }

    /// One file in place of both, as `ssh -F` has it. It has to be there.
    mutating func load(path: String) throws(ClientConfigError) -> ClientConfig {
        guard let file = try load(path, isUsers: true, mustBeSafe: false, depth: 0) else {
            throw ClientConfigError(nil, "`\(path)` cannot be read: there is no such file")
        }
        return ClientConfig(sources: [ClientConfig.Source(file: file, isUsers: true)])
    }

    // MARK: Private

    private mutating func load(
        _ path: String, isUsers: Bool, mustBeSafe: Bool, depth: Int
    ) throws(ClientConfigError) -> ClientConfigFile? {
        guard depth <= Self.maximumDepth, count < Self.maximumFiles else {
            throw ClientConfigError(nil, "`\(path)` is included too deeply or too often: does it include itself?")
        }
        count += 1
        guard let bytes = try files.contents(of: path, mustBeSafe: mustBeSafe) else { return nil }
        var file = ClientConfigParser.parse(bytes, path: path)
        for index in file.directives.indices {
            guard case .include(let patterns) = file.directives[index].kind else { continue }
            let location = ClientConfigLocation(file: path, line: file.directives[index].line)
            for pattern in patterns {
                guard isUsers || !pattern.hasPrefix("~") else {
                    throw ClientConfigError(location, "`\(pattern)`: the system's file cannot include from a home")
                }
                for included in files.paths(matching: absolute(pattern, isUsers: isUsers)) {
                    guard let tree = try load(included, isUsers: isUsers, mustBeSafe: true, depth: depth + 1) else {
                        continue
                    }
                    file.directives[index].includedFiles.append(tree)
                }
            }
        }
        return file
    }

    private func absolute(_ pattern: String, isUsers: Bool) -> String {
        if pattern.hasPrefix("/") { return pattern }
        guard pattern.hasPrefix("~") else {
            return (isUsers ? homeDirectory + "/.ssh/" : "/etc/ssh/") + pattern
        }
        let user = pattern.dropFirst().prefix { $0 != "/" }
        let rest = pattern.dropFirst(1 + user.count)
        let home = user.isEmpty ? homeDirectory : files.homeDirectory(of: String(user))
        return home.map { $0 + rest } ?? pattern
    }
}
