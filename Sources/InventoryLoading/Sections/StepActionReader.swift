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
                    path: LocalPath.absolute(
                        path, in: context.directory(at: reader.location), home: context.environment["HOME"]))
            }
        case "restart": restart(reader)
        default: command("local", reader).map { .local($0) }
        }
    }

    /// A command of this machine: a text is a shell line, a list is an argv.
    func command(_ key: String, _ reader: MapReader) -> Step.LocalCommand? {
        guard let entry = reader.entry(key), case .list(let items) = entry.value.content else {
            return reader.verbatim(key).map { .shell($0) }
        }
        let words = items.map { context.verbatim($0, of: key) }
        let argv = words.compactMap(\.self)
        guard argv.count == words.count else { return nil }
        guard let program = argv.first, !program.isEmpty, !argv.contains(where: { $0.contains("\0") }) else {
            context.report("`\(key)` needs a program as its first word", at: entry.value.location)
            return nil
        }
        return .argv(argv)
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
}
