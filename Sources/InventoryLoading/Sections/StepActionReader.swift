import DeployModel

/// What a step does: the value of its `run`, `script`, `restart` or `local`. Commands are taken as written: `${NAME}` in
/// them is the shell's business.
struct StepActionReader {
    let context: ValidationContext

    func action(_ kind: String, _ reader: MapReader) -> Step.Action? {
        switch kind {
        case "run": reader.verbatim("run").map { .run($0) }
        case "script":
            reader.verbatim("script").map { path in
                .script(
                    path: LocalPath.absolute(path, in: context.directory, home: context.environment["HOME"]))
            }
        case "restart": restart(reader)
        default: local(reader)
        }
    }

    // MARK: Private

    private func restart(_ reader: MapReader) -> Step.Action? {
        guard let entry = reader.entry("restart") else { return nil }
        guard case .map = entry.value.content else {
            return reader.value("restart", by: unit).map { .restart(unit: $0, .restart) }
        }
        guard let map = reader.map("restart", InventorySchema.restart) else { return nil }
        map.require("unit")
        let action = map.choice("action", of: Step.UnitAction.self)
        return map.value("unit", by: unit).map { .restart(unit: $0, action ?? .restart) }
    }

    private func unit(_ text: String) throws(ScalarProblem) -> String {
        guard NameRules.isUnit(text) else {
            throw ScalarProblem(
                "is not a systemd unit: `\(text.shortened)`", hint: "for another command write `run`")
        }
        return text
    }

    /// A command given as a text is a shell line, as a list an argv.
    private func local(_ reader: MapReader) -> Step.Action? {
        guard let entry = reader.entry("local"), case .list(let items) = entry.value.content else {
            return reader.verbatim("local").map { .local(.shell($0)) }
        }
        let words = items.map { context.verbatim($0, of: "local") }
        let argv = words.compactMap(\.self)
        guard argv.count == words.count else { return nil }
        guard let program = argv.first, !program.isEmpty, !argv.contains(where: { $0.contains("\0") }) else {
            context.report("`local` needs a program as its first word", at: entry.value.location)
            return nil
        }
        return .local(.argv(argv))
    }
}
