import DeployModel
import Reporting

extension FleetCheck {
    /// What is good only where everything is asked for; what is not, always.
    func lines(isVerbose: Bool) -> [StyledLine] {
        var table = TextTable()
        for finding in findings where isVerbose || finding.grade != .good {
            table.append([
                cell(finding.grade), TextTable.Cell(finding.host?.text ?? "", .strong), TextTable.Cell(finding.subject),
                TextTable.Cell(finding.hint.map { "\(finding.text)   # \($0)" } ?? finding.text),
            ])
        }
        return table.lines + (table.lines.isEmpty ? [] : [StyledLine()]) + [summary]
    }

    var json: JSONValue {
        .object([
            "is_ready": .bool(!hasProblem),
            "findings": .array(
                findings.map { finding in
                    .object([
                        "host": finding.host.map { .string($0.text) }, "subject": .string(finding.subject),
                        "grade": .string(finding.grade.rawValue), "text": .string(finding.text),
                        "hint": finding.hint.map(JSONValue.string),
                    ])
                }),
        ])
    }

    // MARK: Private

    private var summary: StyledLine {
        let problems = findings.count { $0.grade == .problem }
        let warnings = findings.count { $0.grade == .warning }
        let rest = warnings == 1 ? "1 warning" : "\(warnings) warnings"
        guard problems > 0 else {
            let what = looksAtHostsOnly ? "the hosts can be worked with" : "ready to deploy"
            return StyledLine("\(what): \(findings.count) checks, \(rest)", .good)
        }
        return StyledLine("not ready: \(problems == 1 ? "1 problem" : "\(problems) problems"), \(rest)", .bad)
    }

    private func cell(_ grade: Grade) -> TextTable.Cell {
        switch grade {
        case .good: TextTable.Cell("ok", .good)
        case .warning: TextTable.Cell("warning", .attention)
        case .problem: TextTable.Cell("problem", .bad)
        }
    }
}
