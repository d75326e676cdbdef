import DeployModel

/// What a step does: the value of its `run`, `script`, `restart` or `local`. Commands are taken as written: `${NAME}` in
/// them is the shell's business.
struct StepActionReader {
    static let kinds = ["run", "script", "restart", "sync", "template", "local"]

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
        case "sync": reader.map("sync", InventorySchema.sync).flatMap(sync)
        case "template": reader.map("template", InventorySchema.template).flatMap(template)
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

    private func sync(_ reader: MapReader) -> Step.Action? {
        let paths = paths(reader)
        let excludes = reader.values("exclude") { (text) throws(ScalarProblem) in
            if text.isEmpty { throw ScalarProblem("has an empty pattern") }
            return text
        }
        let deletes = reader.boolean("delete") ?? false
        return paths.map { source, destination in
            .sync(Step.Sync(source: source, destination: destination, deletes: deletes, excludes: excludes ?? []))
        }
    }

    private func template(_ reader: MapReader) -> Step.Action? {
        let paths = paths(reader)
        let mode = reader.value("mode") { (text) throws(ScalarProblem) in
            guard (3...4).contains(text.utf8.count),
                text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "7")).contains)
            else { throw ScalarProblem("must be octal digits such as `0644`, not `\(text.shortened)`") }
            return text
        }
        return paths.map { .template(Step.Template(source: $0, destination: $1, mode: mode ?? "0644")) }
    }

    /// `from` on this machine, and `to` on the host.
    private func paths(_ reader: MapReader) -> (source: String, destination: String)? {
        reader.require("from", hint: "a path on this machine")
        reader.require("to", hint: "a path on the host; a relative one starts in the release")
        let source = reader.localPath("from")
        let destination = reader.text("to")
        if let destination, let entry = reader.entry("to") {
            context.checkPlaceholders(
                destination, of: "to", allowed: Set(Placeholders.Word.allCases), at: entry.value.location)
        }
        guard let source, let destination else { return nil }
        return (source, destination)
    }

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
