package import DeployModel

/// How this run was called: the beginning of any command that shall act on the same fleet.
package struct Invocation: Sendable, Hashable {
    /// For instance `deploy` and `-i hosts.yml`, quoted for a shell; a command's name goes between them.
    package var program: String
    package var options: String
    /// The command line as it was given, for "do the same again".
    package var whole: String

    package init(program: String = "deploy", options: String = "", whole: String = "deploy") {
        self.program = program
        self.options = options
        self.whole = whole
    }

    package func command(_ name: String, _ arguments: String...) -> String {
        ([program, name, options] + arguments).filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// `--limit web-1,web-2`
    package static func limit(_ hosts: [HostName]) -> String {
        "--limit " + hosts.map(\.text).joined(separator: ",")
    }
}
