/// What an `ssh_config` may ask about the machine and the account it is used on.
package struct ClientConfigEnvironment: Sendable {
    /// `%u`, and the user to log in as where nothing else is said.
    package var userName: String
    /// `%i`
    package var userID: UInt32
    /// `%d` and `~`: of the account, not of the environment, as OpenSSH has it.
    package var homeDirectory: String
    /// `%l`
    package var hostName: String
    /// For `${NAME}`.
    package var variables: [String: String]
    /// `~name`
    package var homeOfUser: @Sendable (String) -> String?
    /// Runs the command of a `Match exec` in the user's shell, and says whether it ended with status 0.
    ///
    /// - Throws: an error that says why there is no such answer.
    package var matches: @Sendable (String) async throws -> Bool
    /// Looks up a name for `CanonicalizeHostname`: its canonical name; nil where it has no address.
    package var canonicalName: @Sendable (String) async -> String?

    package init(
        userName: String, userID: UInt32, homeDirectory: String, hostName: String, variables: [String: String],
        homeOfUser: @escaping @Sendable (String) -> String? = { _ in nil },
        matches: @escaping @Sendable (String) async throws -> Bool = { _ in false },
        canonicalName: @escaping @Sendable (String) async -> String? = { _ in nil }
    ) {
        self.userName = userName
        self.userID = userID
        self.homeDirectory = homeDirectory
        self.hostName = hostName
        self.variables = variables
        self.homeOfUser = homeOfUser
        self.matches = matches
        self.canonicalName = canonicalName
    }
}
