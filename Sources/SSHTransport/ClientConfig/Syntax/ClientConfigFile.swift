/// A place in an `ssh_config` file.
package struct ClientConfigLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file's path.
    package var file: String

    /// From 1.
    package var line: Int

    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    package var description: String { "\(file):\(line)" }
}

/// One line that says something.
struct ClientConfigDirective: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Begins a section for hosts whose name fits one pattern and no negated one.
        case host([HostCriterion])
        /// Begins a section for what fits all criteria.
        case match(MatchCondition)
        /// Other files, to be read here.
        case include(patterns: [String])
        case setting(ClientConfigKeyword, ClientConfigValue)
        /// A keyword of the past.
        case abandoned(String)
        /// A keyword that is not known; `IgnoreUnknown` decides.
        case unknown(String)
    }

    struct HostCriterion: Hashable, Sendable {
        var pattern: WildcardPattern
        var isNegated: Bool
    }

    /// From 1.
    var line: Int
    var kind: Kind

    /// The files of an `include`, in their order.
    var includedFiles: [ClientConfigFile] = []
}

/// An `ssh_config` file as a syntax tree: what it says, whoever the host is.
struct ClientConfigFile: Hashable, Sendable {
    var path: String
    var directives: [ClientConfigDirective]

    /// What is wrong with single lines.
    var issues: [ClientConfigIssue]
}

/// A line that is refused, and why.
package struct ClientConfigIssue: Hashable, Sendable, CustomStringConvertible {
    /// Nil where no line is to blame.
    package var location: ClientConfigLocation?
    package var message: String

    package init(_ location: ClientConfigLocation?, _ message: String) {
        self.location = location
        self.message = message
    }

    package var description: String { (location.map { "\($0): " } ?? "") + message }
}

/// Why an `ssh_config` cannot be used: every line that is wrong.
///
/// One wrong line refuses the whole file, as in OpenSSH: with half of it, a host could be reached in an unwanted way.
package struct ClientConfigError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not empty.
    package var issues: [ClientConfigIssue]

    package init(_ issues: [ClientConfigIssue]) {
        self.issues = issues
    }

    init(_ location: ClientConfigLocation?, _ message: String) {
        self.init([ClientConfigIssue(location, message)])
    }

    package var description: String { issues.map(\.description).joined(separator: "\n") }
}
