import DeployModel

/// `health`: one check with its thresholds.
struct HealthSection {
    let context: ValidationContext

    func configuration(_ reader: MapReader) -> HealthConfiguration? {
        let check = check(reader)
        var health = HealthConfiguration(check: check ?? .tcp(port: 0))
        if let expect = reader.map("expect", InventorySchema.expect) {
            if let entry = reader.entry("expect"), !reader.has("http") {
                context.report("`expect` has no effect without `http`", at: entry.keyLocation)
            }
            health.expectedStatuses = statuses(expect) ?? health.expectedStatuses
            health.expectedBodyText = bodyText(expect)
        }
        health.interval = reader.duration("interval") ?? health.interval
        health.timeout = reader.duration("timeout") ?? health.timeout
        health.successes = reader.integer("successes", in: 1...1000) ?? health.successes
        health.startTimeout = reader.duration("start_timeout") ?? health.startTimeout
        health.healthyFor = reader.duration("healthy_for", atLeast: .zero) ?? health.healthyFor
        if health.startTimeout <= health.interval {
            let entry = reader.entry("start_timeout") ?? reader.entry("interval")
            context.report(
                "`start_timeout` (\(DurationText.text(health.startTimeout))) must be longer than `interval` "
                    + "(\(DurationText.text(health.interval)))",
                at: entry?.value.location ?? reader.location, hint: "no second probe would fit")
        }
        return check == nil ? nil : health
    }

    func statuses(_ expect: MapReader) -> [ClosedRange<Int>]? {
        expect.values("status") { (text) throws(ScalarProblem) in try NumberText.statuses(text) }
    }

    func bodyText(_ expect: MapReader) -> String? {
        let text = expect.text("body_contains")
        checkPlaceholders(text, "body_contains", expect)
        return text
    }

    // MARK: Private

    private func check(_ reader: MapReader) -> HealthConfiguration.Check? {
        let kinds = ["http", "tcp", "run"].filter(reader.has)
        guard kinds.count == 1 else {
            if kinds.isEmpty, reader.hasUnknownKeys || reader.has("public") || reader.has("watch") { return nil }
            let message =
                kinds.isEmpty
                ? "`health` needs one of `http`, `tcp` and `run`"
                : "`health` is one check, not \(kinds.map { "`\($0)`" }.joined(separator: " and "))"
            context.report(message, at: reader.location, hint: "for example `http: \":3000/healthz\"`")
            return nil
        }
        switch kinds.first {
        case "http": return http(reader)
        case "tcp":
            return reader.value("tcp") { (text) throws(ScalarProblem) in
                .tcp(port: try NumberText.integer(text.hasPrefix(":") ? String(text.dropFirst()) : text, in: 1...65535))
            }
        default:
            return reader.verbatim("run").map { .command($0) }
        }
    }

    func http(_ reader: MapReader) -> HealthConfiguration.Check? {
        guard case .map = reader.entry("http")?.value.content else {
            let url = reader.value("http") { (text) throws(ScalarProblem) in try HealthAddress.parse(text) }
            checkPlaceholders(url, "http", reader)
            return url.map { .http(url: $0, headers: [:]) }
        }
        guard let map = reader.map("http", InventorySchema.http) else { return nil }
        map.require("url", hint: "such as `url: \":3000/healthz\"`")
        let url = map.value("url") { (text) throws(ScalarProblem) in try HealthAddress.parse(text) }
        checkPlaceholders(url, "url", map)
        var headers = host(map).map { ["Host": $0] } ?? [:]
        for entry in map.names("headers") {
            guard NameRules.isHeaderName(entry.key) else {
                context.report("`\(entry.key.shortened)` is not the name of a header", at: entry.keyLocation)
                continue
            }
            if map.has("host"), entry.key.lowercased() == "host" {
                context.report("`\(entry.key)` is given by `host` already", at: entry.keyLocation)
            }
            let value = context.text(entry.value, of: entry.key)
            if let value {
                context.checkPlaceholders(
                    value, of: entry.key, allowed: Set(Placeholders.Word.allCases), at: entry.value.location)
            }
            headers[entry.key] = value
        }
        return url.map { .http(url: $0, headers: headers) }
    }

    /// The name that the request asks for, in the place of the one in the URL.
    private func host(_ map: MapReader) -> String? {
        let host = map.value("host") { (text) throws(ScalarProblem) in
            guard !text.isEmpty, !text.contains(where: { $0.isWhitespace || "/@?#".contains($0) }) else {
                throw ScalarProblem(
                    "is not the name of a host: `\(text.shortened)`", hint: "as in a URL: `www.example.com`")
            }
            return text
        }
        checkPlaceholders(host, "host", map)
        return host
    }

    private func checkPlaceholders(_ text: String?, _ key: String, _ reader: MapReader) {
        guard let text, let entry = reader.entry(key) else { return }
        context.checkPlaceholders(
            text, of: key, allowed: Set(Placeholders.Word.allCases), at: entry.value.location)
    }
}
