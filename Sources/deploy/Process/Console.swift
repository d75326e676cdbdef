import DeployModel
import Execution
import Reporting
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The outside of the process as commands see it: data goes to stdout, messages and questions to stderr.
struct Console: Sendable {
    var output: OutputWriter
    var messages: OutputWriter
    /// A person sits there: stdin and stderr are a terminal.
    var isInteractive: Bool
    var outputIsTerminal: Bool
    var messagesIsTerminal: Bool
    var outputPalette: Palette
    var messagesPalette: Palette
    var environment: [String: String]
    var directory: String
    /// The command line as it was given, without the program's name.
    var arguments: [String]
    /// Shared by all copies: what is hidden once is hidden everywhere.
    private let sharedRedactor = SharedRedactor()
    /// Shared likewise.
    private let sharedNames = SharedNames()

    static func process() -> Console {
        // A closed pipe must end neither the process nor the run.
        signal(SIGPIPE, SIG_IGN)
        let environment = ProcessInfo.processInfo.environment
        let arguments = Array(CommandLine.arguments.dropFirst())
        let terminals = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].map { isatty($0) == 1 }
        return Console(
            output: OutputWriter(descriptor: STDOUT_FILENO), messages: OutputWriter(descriptor: STDERR_FILENO),
            isInteractive: terminals[0] && terminals[2], outputIsTerminal: terminals[1],
            messagesIsTerminal: terminals[2], outputPalette: palette(terminals[1], environment, arguments),
            messagesPalette: palette(terminals[2], environment, arguments), environment: environment,
            directory: FileManager.default.currentDirectoryPath, arguments: arguments)
    }

    /// Colours only on a terminal that has them, and that nobody asked to stay plain (no-color.org).
    static func palette(_ isTerminal: Bool, _ environment: [String: String], _ arguments: [String]) -> Palette {
        let isUnwanted =
            !environment["NO_COLOR", default: ""].isEmpty || environment["TERM"] == "dumb"
            || arguments.prefix { $0 != "--" }.contains("--no-color")
        return isTerminal && !isUnwanted ? .ansi : .plain
    }

    /// What is hidden so far.
    var redactor: Redactor { sharedRedactor.current }

    /// Hides secrets from now on in everything that is printed or told.
    func hide(_ secrets: Redactor) {
        sharedRedactor.current = secrets
    }

    /// Names of variables whose values no program of this machine is given that does not ask for them by name.
    var withheldVariables: Set<String> { sharedNames.current.union(ConnectionSurroundings.ownVariables) }

    /// Keeps variables from the programs that are started from now on.
    func withhold(_ names: [String]) {
        sharedNames.current.formUnion(names)
    }

    /// The environment of a program that works with the rights of whoever runs `deploy`.
    var programEnvironment: [String: String] {
        let withheld = withheldVariables
        return environment.filter { !withheld.contains($0.key) }
    }

    func warn(_ warnings: [String]) {
        tell(
            warnings.map { warning in
                var line = StyledLine("warning: ", .attention)
                line.append(warning)
                return line
            })
    }

    func print(_ lines: [StyledLine]) {
        output.write(lines.map { $0.rendered(outputPalette, redactor) + "\n" }.joined())
    }

    /// - Parameter isIndented: over several lines, for people.
    func print(_ json: JSONValue, isIndented: Bool = true) {
        let json = json.mapStrings(redactor.redacted)
        output.write(isIndented ? json.indentedText : json.text + "\n")
    }

    func tell(_ lines: [StyledLine]) {
        messages.write(lines.map { $0.rendered(messagesPalette, redactor) + "\n" }.joined())
    }

    /// Asks a person, and waits for the answer; anything but `y` or `yes` is no.
    ///
    /// - Parameter isAnswered: waits until there is something to read, or says that nobody waits for it any more.
    func ask(_ question: String, isAnswered: () -> Bool = { true }) -> Bool {
        messages.write("\(question) [y/N] ")
        messages.flush()
        guard isAnswered() else {
            messages.write("\n")
            return false
        }
        let answer = readLine() ?? ""
        return ["y", "yes"].contains(answer.lowercased())
    }

    /// Asks a person for a text; nothing, or the end of the input, is the default.
    func prompt(_ question: String, default fallback: String) -> String {
        messages.write(fallback.isEmpty ? "\(question): " : "\(question) [\(TerminalText.escaped(fallback))]: ")
        messages.flush()
        let answer = (readLine() ?? "").split(separator: " ").joined(separator: " ")
        return answer.isEmpty ? fallback : answer
    }

    func flush() {
        output.flush()
        messages.flush()
    }
}

/// What is not to be shown, known only once the secrets have been looked up.
private final class SharedRedactor: Sendable {
    private let redactor = Mutex(Redactor([]))

    var current: Redactor {
        get { redactor.withLock { $0 } }
        set { redactor.withLock { $0 = newValue } }
    }
}

/// What is to be kept from programs, known only once the inventory has been read.
private final class SharedNames: Sendable {
    private let names = Mutex<Set<String>>([])

    var current: Set<String> {
        get { names.withLock { $0 } }
        set { names.withLock { $0 = newValue } }
    }
}
