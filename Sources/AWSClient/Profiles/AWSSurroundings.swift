/// What credentials and settings are found in: variables, files, programs. All of it can be another's in a test.
package struct AWSSurroundings: Sendable {
    package struct ProgramResult: Sendable {
        package var status: Int32
        package var output: String
        package var errors: String

        package init(status: Int32, output: String, errors: String) {
            self.status = status
            self.output = output
            self.errors = errors
        }
    }

    package var environment: [String: String]
    /// - Returns: the text of a file; `nil` where there is none.
    package var readFile: @Sendable (String) throws -> String?
    /// Runs a program with the variables of ``environment``, and waits for its end.
    package var run: @Sendable ([String]) async throws -> ProgramResult

    package init(
        environment: [String: String], readFile: @escaping @Sendable (String) throws -> String?,
        run: @escaping @Sendable ([String]) async throws -> ProgramResult
    ) {
        self.environment = environment
        self.readFile = readFile
        self.run = run
    }

    /// A variable with something in it.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func isTrue(_ name: String) -> Bool { variable(name)?.lowercased() == "true" }

    /// A path with the home directory in the place of `~/`.
    func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = variable("HOME") else { return path }
        return home + path.dropFirst()
    }

    /// The name of the profile, and whether somebody chose it.
    var profileName: (name: String, isChosen: Bool) {
        guard let name = variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE") else { return ("default", false) }
        return (name, true)
    }

    /// Reads both shared files; one that does not exist is an empty one.
    ///
    /// - Throws: `.settings`.
    func profiles() throws(AWSError) -> SharedProfiles {
        SharedProfiles(
            config: try file(variable("AWS_CONFIG_FILE") ?? "~/.aws/config"),
            credentials: try file(variable("AWS_SHARED_CREDENTIALS_FILE") ?? "~/.aws/credentials"))
    }

    /// - Throws: `.settings` for a file that exists and cannot be read.
    func text(of path: String) throws(AWSError) -> String? {
        do {
            return try readFile(expanded(path))
        } catch {
            throw AWSError(.settings, "`\(path)` cannot be read: \(error)")
        }
    }

    private func file(_ path: String) throws(AWSError) -> ProfileFile {
        guard let text = try text(of: path) else { return ProfileFile() }
        return try ProfileFile(text, path: path)
    }
}
