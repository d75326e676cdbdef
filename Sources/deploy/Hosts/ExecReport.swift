import DeployModel
import Reporting

/// The results of one command on many hosts: hosts with equal results are shown once.
struct ExecReport {
    private let groups: [FoldedGroup<ExecResult>]

    /// - Parameter redactor: knows what is not to be shown.
    init(_ results: [(host: HostName, value: ExecResult)], hiding redactor: Redactor = Redactor([])) {
        groups = FoldedGroup.folding(results) { (host, result) -> ExecResult in
            let result = result.redacted(by: redactor)
            switch result {
            case .ended: return result
            case .failed(var error):
                // Equal failures differ in the host's name and in nothing that matters.
                error.host = nil
                error.message = error.message.replacing(host.text, with: "{host}")
                error.evidence = []
                return .failed(error)
            }
        }
    }

    /// What the command printed, under the names of the hosts that printed it.
    var lines: [StyledLine] {
        groups.flatMap { group -> [StyledLine] in
            switch group.value {
            case .ended(let exit, let output, let errors):
                let title = exit == .status(0) ? "\(group.title):" : "\(group.title): \(exit.phrase)"
                return [StyledLine(title, exit == .status(0) ? .strong : .bad)]
                    + Self.lines(of: output).map { StyledLine("  " + $0) }
                    + Self.lines(of: errors).map { text in
                        var line = StyledLine("  stderr: ", .faint)
                        line.append(text)
                        return line
                    }
            case .failed(let error):
                return Self.failure(group.title, error)
            }
        }
    }

    /// What went wrong, for output that was passed on already.
    var problemLines: [StyledLine] {
        groups.flatMap { group -> [StyledLine] in
            switch group.value {
            case .ended(.status(0), _, _): []
            case .ended(let exit, _, _): [StyledLine("\(group.title): \(exit.phrase)", .bad)]
            case .failed(let error): Self.failure(group.title, error)
            }
        }
    }

    /// One object a group.
    var json: JSONValue {
        .array(
            groups.map { group in
                let hosts = JSONValue.array(group.hosts.map { .string($0.text) })
                switch group.value {
                case .ended(let exit, let output, let errors):
                    return .object([
                        "hosts": hosts, "is_success": .bool(group.value.isSuccess), "exit": Self.json(exit),
                        "stdout": .string(output), "stderr": .string(errors),
                    ])
                case .failed(let error):
                    return .object([
                        "hosts": hosts, "is_success": .bool(false),
                        "error": .object([
                            "code": .string(error.code.rawValue), "message": .string(error.message),
                            "hint": error.hint.map(JSONValue.string),
                        ]),
                    ])
                }
            })
    }

    // MARK: Private

    private static func failure(_ title: String, _ error: DeployError) -> [StyledLine] {
        var line = StyledLine("\(title): ", .bad)
        line.append(error.message)
        return [line] + error.evidence.map { StyledLine("  | " + $0) }
            + (error.hint.map { [StyledLine("  hint: " + $0)] } ?? [])
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func json(_ exit: CommandResult.Exit) -> JSONValue {
        switch exit {
        case .status(let status): .object(["status": .integer(Int64(status))])
        case .signal(let name): .object(["signal": .string(name)])
        case .timedOut, .idleTimedOut: .object(["timed_out": .bool(true)])
        case .endedEarly: .object(["ended_early": .bool(true)])
        }
    }
}
