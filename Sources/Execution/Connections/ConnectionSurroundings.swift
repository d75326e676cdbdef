package import SSHTransport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the way to a host depends on, apart from the inventory: the account and the environment of whoever runs this.
package struct ConnectionSurroundings: Sendable {
    /// A private key, as text: the first to be offered.
    static let keyVariable = "DEPLOY_SSH_KEY"
    /// Lines of a `known_hosts` file.
    static let knownHostsVariable = "DEPLOY_KNOWN_HOSTS"
    /// Variables that are meant for us alone: no program that we start sees them.
    package static let ownVariables: Set<String> = [keyVariable, knownHostsVariable]

    package let environment: [String: String]
    package let account: ClientConfigEnvironment
    let fileExists: @Sendable (String) -> Bool
    /// The names of variables that no program on the way to a host sees.
    package let withheldVariables: Set<String>
    /// The person at the terminal, to be asked for passphrases and passwords; nil where there is none.
    package var person: LoginSecretSource?
    /// That person is to be asked for sudo's password.
    package var isAskingSudoPassword = false

    package init(
        environment: [String: String], account: ClientConfigEnvironment,
        withholding secretNames: Set<String> = [],
        fileExists: @escaping @Sendable (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
    ) {
        withheldVariables = Self.ownVariables.union(secretNames)
        self.environment = environment
        self.account = account
        self.fileExists = fileExists
    }

    /// Those of this process.
    ///
    /// - Parameter secretNames: variables that the way to a host has nothing to do with.
    package static func current(
        environment: [String: String], withholding secretNames: Set<String> = []
    ) -> ConnectionSurroundings {
        ConnectionSurroundings(
            environment: environment,
            account: .current(variables: environment, withholding: ownVariables.union(secretNames)),
            withholding: secretNames)
    }

    /// The environment of a program on the way to a host.
    var programEnvironment: [String: String] { environment.filter { !withheldVariables.contains($0.key) } }

    /// `~` of the inventory's own paths: the environment's, as in a shell.
    var home: String? { environment["HOME"] ?? account.homeDirectory }

    var identityText: IdentityText? {
        text(of: Self.keyVariable).map { IdentityText($0, source: Self.keyVariable) }
    }

    var knownHostsText: KnownHostsText? {
        text(of: Self.knownHostsVariable).map { KnownHostsText($0, source: Self.knownHostsVariable) }
    }

    static func expanded(_ path: String, home: String?) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home else { return path }
        return home + path.dropFirst()
    }

    // MARK: Private

    /// A variable that is empty, as CI systems set the secrets they do not give out, counts as none.
    private func text(of variable: String) -> String? {
        environment[variable].flatMap { text in text.allSatisfy(\.isWhitespace) ? nil : text }
    }
}
