import DeployModel
import Reporting

extension PlanPreview {
    var lines: [StyledLine] {
        [headline, StyledLine()] + facts.lines + [StyledLine()] + hostTable.lines + commandLines + noteLines
    }

    // MARK: Private

    private var headline: StyledLine {
        var line = StyledLine("plan: ", .strong)
        line.append(
            "\(inventory.service) to \(hostCount) \(hostCount == 1 ? "host" : "hosts") in \(batches.count) "
                + "\(batches.count == 1 ? "batch" : "batches"); nothing was contacted")
        return line
    }

    private var facts: TextTable {
        var table = TextTable()
        let add = { (name: String, text: String) in table.append([.init(name, .strong), .init(text)]) }
        let size = measured.map { ", \($0.fileCount) files, \(ByteText.text($0.totalBytes))" } ?? ""
        add("release", "\(release.source) → \(releaseDirectory)\(size)")
        add("live as", liveDirectory)
        add("balancer", PolicyText.balancer(inventory.balancer))
        add("health", PolicyText.health(inventory.health, behind: inventory.balancer))
        for text in PolicyText.publicChecks(inventory.publicChecks) { add("", text) }
        add(
            "in service",
            watchesCapacity
                ? "at least \(minInService) of \(fleetCount) while a batch is out (\(PolicyText.minInService(inventory.rollout)))"
                : "not watched: without a balancer nobody counts who serves")
        add("time", PolicyText.time(atLeast: shortestDuration, atMost: inventory.rollout.timeout))
        if let canary { add("canary", PolicyText.canary(canary, batches.first?.map(\.name) ?? [])) }
        add("on failure", PolicyText.failure(inventory.rollout, release.layout))
        add("dead man", PolicyText.deadMan(inventory))
        if let secrets = PolicyText.secrets(inventory) { add("secrets", secrets) }
        if let configuration = inventory.hooks {
            let names = hooks.map(\.rawValue).joined(separator: ", ")
            add("hooks", "\(hooks.isEmpty ? "none" : names) in \(configuration.directory)")
        }
        if !inventory.notifications.isEmpty { add("notify", PolicyText.notifications(inventory.notifications)) }
        return table
    }

    private var hostTable: TextTable {
        var table = TextTable(header: [
            "batch", "host", "upload", "prepare", "drain", "drained", "switch", "activate", "health", "healthy",
            "enable", "left in service",
        ])
        let isBalanced = inventory.balancer.kind != .none
        // Counted once: it looks at every host.
        let fleetCount = fleetCount
        for (number, batch) in batches.enumerated() {
            for host in batch {
                table.append([
                    .init("\(number + 1)"), .init(host.name.text, .strong), .init("rsync"), cell(.prepare),
                    cell(isBalanced), cell(.drained), cell(true), cell(.activate),
                    cell(inventory.health != nil || inventory.balancer.checksHealthItself),
                    cell(.healthy), cell(isBalanced), .init("\(fleetCount - batch.count) of \(fleetCount)"),
                ])
            }
        }
        return table
    }

    private func cell(_ isDone: Bool) -> TextTable.Cell {
        isDone ? TextTable.Cell("yes") : TextTable.Cell("-", .faint)
    }

    private func cell(_ phase: StepPhase) -> TextTable.Cell {
        guard let count = steps[phase]?.count else { return TextTable.Cell("-", .faint) }
        return TextTable.Cell(count == 1 ? "1 step" : "\(count) steps")
    }

    private var commandLines: [StyledLine] {
        var table = TextTable(header: ["phase", "where", "command"])
        for command in commands {
            table.append([.init(command.phase), .init(command.place, .faint), .init(command.text)])
        }
        return [StyledLine()] + table.lines
    }

    private var noteLines: [StyledLine] {
        guard !notes.isEmpty else { return [] }
        return [StyledLine()]
            + notes.map { note in
                var line = StyledLine("note: ", .attention)
                line.append(note)
                return line
            }
    }
}
