import DeployModel

/// How a run ended, for people: the final table, the evidence of what failed, what to do next.
struct RunReport {
    private let outcome: RunOutcome
    private let snapshot: RolloutSnapshot
    private let invocation: Invocation

    init(_ outcome: RunOutcome, _ snapshot: RolloutSnapshot, _ invocation: Invocation) {
        self.outcome = outcome
        self.snapshot = snapshot
        self.invocation = invocation
    }

    func lines(_ verbosity: Verbosity) -> [StyledLine] {
        let isGood = outcome.ending == .succeeded && outcome.state == .allNew
        var lines: [StyledLine] = []
        if !outcome.hosts.isEmpty, verbosity != .quiet || !isGood { lines += [StyledLine()] + table.lines }
        lines += evidence
        lines += [StyledLine(), summary]
        lines += NextCommand.after(outcome, invocation).map { next in
            var line = StyledLine("next: ", .strong)
            line.append(next.command)
            if let purpose = next.purpose { line.append("   # \(purpose)", .faint) }
            return line
        }
        return lines
    }

    // MARK: Private

    private var table: TextTable {
        var table = TextTable(header: ["host", "before", "after", "in rotation", "time", "reason"])
        for host in outcome.hosts {
            table.append([
                TextTable.Cell(host.host.text, .strong),
                TextTable.Cell(host.before?.text ?? "-"),
                TextTable.Cell(host.after?.text ?? "-"),
                host.rotation.cell,
                TextTable.Cell(host.wasTouched || host.duration > .zero ? ReadableDuration.text(host.duration) : "-"),
                TextTable.Cell(reason(host), style(host.result)),
            ])
        }
        return table
    }

    private func style(_ result: HostOutcome.Result) -> StyledLine.Style {
        switch result {
        case .succeeded: .plain
        case .skipped: .faint
        case .failed, .aborted: .bad
        }
    }

    private func reason(_ host: HostOutcome) -> String {
        guard let error = host.reason else {
            switch host.result {
            case .succeeded:
                return host.wasTouched || ![.rollout, .rollback].contains(snapshot.start?.purpose)
                    ? "" : "already deployed"
            case .skipped where outcome.ending == .paused: return "waits for an approval"
            case .skipped: return snapshot.stopReason == nil ? "skipped" : "the run stopped before its turn"
            case .failed, .aborted: return host.result.rawValue
            }
        }
        guard host.result == .failed, let stage = snapshot.row(host.host)?.failure?.stage else { return error.message }
        return "failed \(stage.phrase): \(error.message)"
    }

    private var evidence: [StyledLine] {
        let failures = outcome.hosts.filter { $0.result == .failed || $0.result == .aborted }
            .compactMap { snapshot.row($0.host)?.failure }
        var lines: [StyledLine] = []
        for group in FailureFolding.folded(failures) {
            let stage = group.value.stage.map { "failed \($0.phrase): " } ?? ""
            lines += block(group.title, stage + group.value.error.message, group.value.error)
            for host in group.hosts {
                guard let output = snapshot.row(host)?.failedStepOutput, !output.isEmpty else { continue }
                lines.append(StyledLine("  \(host) printed in its `failed` steps:", .faint))
                lines += output.map(Self.quoted)
            }
        }
        if let reason = outcome.reason, !failures.contains(where: { $0.error == reason }) {
            lines += block(reason.host?.text ?? "run", reason.message, reason)
        }
        return lines
    }

    private func block(_ title: String, _ text: String, _ error: DeployError) -> [StyledLine] {
        var headline = StyledLine("\(title): ", .strong)
        headline.append(text, .bad)
        var lines = [StyledLine(), headline] + error.evidence.map(Self.quoted)
        if let hint = error.hint {
            var line = StyledLine("  hint: ", .strong)
            line.append(hint)
            lines.append(line)
        }
        return lines
    }

    private static func quoted(_ text: String) -> StyledLine {
        var line = StyledLine("  | ", .faint)
        line.append(text)
        return line
    }

    private static func style(_ ending: RunOutcome.Ending) -> StyledLine.Style {
        switch ending {
        case .succeeded: .good
        case .paused: .attention
        case .failed, .interrupted: .bad
        }
    }

    private var summary: StyledLine {
        var line = StyledLine(outcome.ending.rawValue, Self.style(outcome.ending))
        line.append(" after \(ReadableDuration.text(outcome.duration)): ")
        line.append(FleetSentence.text(outcome, snapshot.start))
        return line
    }
}
