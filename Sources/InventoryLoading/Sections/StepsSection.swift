import DeployModel

/// `steps`: a list for each phase.
struct StepsSection {
    let context: ValidationContext

    func steps(_ reader: MapReader) -> [StepPhase: [Step]] {
        var steps: [StepPhase: [Step]] = [:]
        for phase in StepPhase.allCases {
            guard let entry = reader.entry(phase.rawValue) else { continue }
            guard case .list(let items) = entry.value.content else {
                if entry.value.content != .invalid {
                    context.report(
                        "`\(phase.rawValue)` must be a list of steps, not \(entry.value.kind)",
                        at: entry.value.location,
                        hint: "write `- run: …` below it, or `[{ run: … }]`")
                }
                continue
            }
            let list = items.compactMap { step($0, in: phase) }
            if phase == .onceBefore || phase == .onceAfter, Set(list.compactMap(\.hosts)).count > 1 {
                context.report(
                    "the steps of `\(phase.rawValue)` run on one host and cannot have different `hosts`",
                    at: entry.keyLocation)
            }
            if !list.isEmpty { steps[phase] = list }
        }
        return steps
    }

    /// `rejoin` of a balancer: a step of no phase, which a host does alone.
    func rejoin(_ balancer: MapReader) -> Step? {
        guard let entry = balancer.entry("rejoin") else { return nil }
        if case .scalar = entry.value.content {
            return balancer.verbatim("rejoin").map {
                Step(name: "rejoin", action: .run($0), location: entry.keyLocation)
            }
        }
        guard let reader = balancer.map("rejoin", InventorySchema.rejoin) else { return nil }
        reader.require("run", hint: "such as `run: bin/rejoin`, which the host runs in the release that is live")
        guard let line = reader.verbatim("run") else { return nil }
        var step = Step(name: "rejoin", action: .run(line), location: reader.location)
        step.timeout = reader.duration("timeout") ?? step.timeout
        step.retries = reader.integer("retries", in: 0...100) ?? step.retries
        step.sudo = sudo(reader) ?? step.sudo
        step.environment = EnvironmentSection(context: context).variables(reader)
        return step
    }

    // MARK: Private

    private func step(_ node: DocumentNode, in phase: StepPhase) -> Step? {
        switch node.content {
        case .scalar:
            // A step that is a bare text is `run`.
            let entry = DocumentNode.Entry(key: "run", keyLocation: node.location, value: node)
            return step(DocumentNode(content: .map([entry]), location: node.location), in: phase)
        case .map:
            guard let reader = MapReader(node, InventorySchema.step, in: context) else { return nil }
            return step(reader, in: phase)
        case .null, .list:
            context.report("a step must be a map or a command, not \(node.kind)", at: node.location)
            return nil
        case .invalid:
            return nil
        }
    }

    private func step(_ reader: MapReader, in phase: StepPhase) -> Step? {
        let kinds = StepActionReader.kinds.filter(reader.has)
        guard let kind = kinds.first, kinds.count == 1 else {
            if kinds.isEmpty, reader.hasUnknownKeys { return nil }
            let message =
                kinds.isEmpty
                ? "a step needs one of `run`, `script`, `restart`, `sync`, `template` and `local`"
                : "a step is one thing, not \(kinds.map { "`\($0)`" }.joined(separator: " and "))"
            context.report(
                message, at: reader.location, hint: kinds.isEmpty ? nil : "write one step for each")
            return nil
        }
        checkKeys(reader, kind: kind, phase: phase)
        // All keys are read before the step is given up, so that all their mistakes are seen.
        let action = StepActionReader(context: context).action(kind, reader)
        var step = Step(name: "", action: action ?? .run(""), location: reader.location)
        step.name = reader.text("name") ?? Self.name(of: step.action)
        step.timeout = reader.duration("timeout") ?? step.timeout
        step.idleTimeout = reader.duration("idle_timeout") ?? step.idleTimeout
        step.retries = reader.integer("retries", in: 0...100) ?? step.retries
        step.sudo = sudo(reader) ?? step.sudo
        step.directory = directory(reader, isLocal: kind == "local")
        step.environment = EnvironmentSection(context: context).variables(reader)
        step.shell = reader.choice("shell") ?? step.shell
        step.concurrency = reader.integer("concurrency", in: 1...HostRange.limit)
        step.hosts = hosts(reader)
        step.ignoresErrors = reader.boolean("ignore_errors") ?? step.ignoresErrors
        step.isIrreversible = reader.boolean("irreversible") ?? step.isIrreversible
        return action == nil ? nil : step
    }

    /// Refuses keys that would have no effect.
    private func checkKeys(_ reader: MapReader, kind: String, phase: StepPhase) {
        let useless: [String] =
            switch kind {
            case "restart": ["dir", "env", "shell"]
            case "local": ["sudo", "shell"]
            case "script", "template": ["shell"]
            case "sync": ["shell", "env"]
            default: []
            }
        for key in useless {
            if let entry = reader.entry(key) {
                context.report("`\(key)` has no effect on `\(kind)`", at: entry.keyLocation)
            }
        }
        switch phase {
        case .build, .onceBefore, .onceAfter:
            if let entry = reader.entry("concurrency") {
                context.report(
                    "`concurrency` has no effect on a step that runs once", at: entry.keyLocation)
            }
        case .prepare, .drained, .activate, .healthy, .failed: break
        }
        if phase != .onceBefore, phase != .onceAfter, let entry = reader.entry("irreversible") {
            context.report(
                "`irreversible` has no effect on a step that runs on every host", at: entry.keyLocation,
                hint: "it belongs to `once_before` and `once_after`, such as a migration")
        }
        if phase == .build, kind != "local", let entry = reader.entry(kind) {
            context.report(
                "a `build` step runs on this machine and must be `local`", at: entry.keyLocation,
                hint: kind == "run" ? "write `local:` instead of `run:`; on the hosts, `prepare` comes first" : nil)
        }
    }

    /// A selection, as after `--limit`. Whether it names a host is looked at once all hosts are known.
    private func hosts(_ reader: MapReader) -> HostSelection? {
        reader.value("hosts") { (text) throws(ScalarProblem) in
            do throws(HostSelectionError) {
                return try HostSelection(parsing: text)
            } catch {
                throw ScalarProblem("is not a selection of hosts: \(error.message)", hint: error.hint)
            }
        }
    }

    private func sudo(_ reader: MapReader) -> Step.Sudo? {
        reader.value("sudo") { (text) throws(ScalarProblem) in
            switch text {
            case "true": return .root
            case "false": return .never
            case "auto": return .automatic
            case "yes", "no", "on", "off":
                throw ScalarProblem(
                    "must be `true`, `false` or a user, not `\(text)`", hint: MapReader.switchHint(text))
            default:
                guard NameRules.isUser(text) else {
                    throw ScalarProblem("must be `true`, `false` or a user, not `\(text.shortened)`")
                }
                return .user(text)
            }
        }
    }

    private func directory(_ reader: MapReader, isLocal: Bool) -> String? {
        guard let text = reader.text("dir"), let entry = reader.entry("dir") else {
            return isLocal ? context.directory(at: reader.location) : nil
        }
        context.checkPlaceholders(text, of: "dir", allowed: Set(Placeholders.Word.allCases), at: entry.value.location)
        return isLocal
            ? LocalPath.absolute(
                text, in: context.directory(at: entry.value.location), home: context.environment["HOME"]) : text
    }

    private static func name(of action: Step.Action) -> String {
        switch action {
        case .run(let command), .local(.shell(let command)):
            let line = command.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
            return String((line ?? "").drop(while: \.isWhitespace)).shortened
        case .local(.argv(let words)): return words.joined(separator: " ").shortened
        case .sync(let sync): return "sync \(sync.destination)".shortened
        case .template(let template): return "write \(template.destination)".shortened
        case .script(let path): return String(path.split(separator: "/").last ?? "").shortened
        case .restart(let unit, let action): return "\(action.rawValue) \(unit)"
        }
    }
}
