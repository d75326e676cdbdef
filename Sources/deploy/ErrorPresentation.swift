import ArgumentParser
import DeployModel
import InventoryLoading
import Reporting
import SSHTransport

/// What a person reads of an error that ended the program before there was a run, and the code it ends with.
struct ErrorPresentation {
    let code: ExitCode
    private let lines: [StyledLine]
    /// Help and `--version` come the same way as errors, and are data.
    private let isAnswer: Bool

    /// - Parameter excerpt: shows the lines that mistakes are in; none where nobody looks at a terminal.
    init(_ error: any Error, excerpt: SourceExcerpt? = nil) {
        switch error {
        case let error as CommandFailure:
            self.init(error.code, Self.lines(error.message, hint: error.hint))
        case let error as InventoryError:
            let count = error.issues.count == 1 ? "1 mistake" : "\(error.issues.count) mistakes"
            self.init(
                .configuration,
                error.issues.flatMap { Self.lines($0, excerpt) } + [StyledLine("\(count); nothing was contacted")])
        case let error as ClientConfigError:
            self.init(.configuration, error.issues.map { StyledLine("\($0)") })
        case let error as HostSelectionError:
            self.init(.configuration, Self.lines(error.message, hint: error.hint))
        case let error as DeployError:
            self.init(
                ExitCode(error), Self.lines(error.description, evidence: error.evidence, hint: error.hint))
        default:
            self.init(parsing: error)
        }
    }

    /// Without colours.
    var text: String { lines.map { $0.rendered(.plain, Redactor([])) }.joined(separator: "\n") }

    func show(on console: Console) -> ExitCode {
        isAnswer ? console.print(lines) : console.tell(lines)
        return code
    }

    // MARK: Private

    private init(_ code: ExitCode, _ lines: [StyledLine], isAnswer: Bool = false) {
        self.code = code
        self.lines = lines
        self.isAnswer = isAnswer
    }

    /// What the argument parser throws; anything else that comes here is a mistake in `deploy`.
    private init(parsing error: any Error) {
        let parserCode = Deploy.exitCode(for: error)
        let text = Deploy.fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
            .map { StyledLine(String($0)) }
        if parserCode.isSuccess {
            self.init(.success, text, isAnswer: true)
        } else if parserCode == .validationFailure {
            self.init(.configuration, text)
        } else {
            let hint = "this is a mistake in `deploy`; please report it with the output of `deploy --version`"
            self.init(.internalError, Self.lines("internal error: \(error)", hint: hint))
        }
    }

    private static func lines(_ issue: InventoryIssue, _ excerpt: SourceExcerpt?) -> [StyledLine] {
        var line = StyledLine()
        if let location = issue.location { line.append("\(location): ", .strong) }
        line.append(issue.message)
        let source = issue.location.flatMap { excerpt?.lines(at: $0) } ?? []
        return [line] + source + hint(issue.hint)
    }

    private static func lines(_ message: String, evidence: [String] = [], hint: String?) -> [StyledLine] {
        var first = StyledLine("error: ", .bad)
        first.append(message)
        return [first] + evidence.map { StyledLine("  | " + $0) } + Self.hint(hint)
    }

    private static func hint(_ hint: String?) -> [StyledLine] {
        guard let hint else { return [] }
        let lines = hint.split(separator: "\n", omittingEmptySubsequences: false)
        var line = StyledLine("  hint: ", .strong)
        line.append(String(lines.first ?? ""))
        return [line] + lines.dropFirst().map { StyledLine(String($0)) }
    }
}

/// A command that ends with a code of its own and one sentence why.
struct CommandFailure: Error, Hashable {
    var code: ExitCode
    var message: String
    var hint: String?

    init(_ code: ExitCode, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
