import DeployModel

/// `health.public` and `health.watch`: what is asked from this machine.
struct PublicChecksSection {
    let context: ValidationContext

    func checks(_ health: MapReader) -> PublicChecks {
        PublicChecks(
            conclusion: health.map("public", InventorySchema.publicCheck).flatMap(conclusion),
            watch: health.map("watch", InventorySchema.publicWatch).flatMap(watch))
    }

    // MARK: Private

    private func conclusion(_ reader: MapReader) -> PublicChecks.Conclusion? {
        let timeout = reader.duration("timeout")
        guard let request = request(reader) else { return nil }
        var conclusion = PublicChecks.Conclusion(request: request)
        conclusion.timeout = timeout ?? conclusion.timeout
        return conclusion
    }

    private func watch(_ reader: MapReader) -> PublicChecks.Watch? {
        let interval = reader.duration("interval", atLeast: .milliseconds(10))
        let maxFailures = reader.integer("max_failures", in: 0...1_000_000)
        guard let request = request(reader) else { return nil }
        if let text = request.expectedBodyText, Placeholders.words(in: text).contains("release"),
            let entry = reader.entry("expect")
        {
            context.report(
                "`watch` cannot expect `{release}`: the releases are mixed while it looks", at: entry.value.location)
        }
        var watch = PublicChecks.Watch(request: request)
        watch.interval = interval ?? watch.interval
        watch.maxFailures = maxFailures ?? watch.maxFailures
        return watch
    }

    private func request(_ reader: MapReader) -> PublicChecks.Request? {
        reader.require("http", hint: "the address as clients know it: `http: \"https://example.com/\"`")
        let section = HealthSection(context: context)
        guard case .http(let url, let headers) = section.http(reader) else { return nil }
        guard !url.hasPrefix(":") else {
            if let entry = reader.entry("http") {
                context.report(
                    "`http` must be a whole URL here, not `\(url.shortened)`", at: entry.value.location,
                    hint: "it is asked from this machine, as a client asks")
            }
            return nil
        }
        var request = PublicChecks.Request(url: url, headers: headers)
        if let expect = reader.map("expect", InventorySchema.expect) {
            request.expectedStatuses = section.statuses(expect) ?? request.expectedStatuses
            request.expectedBodyText = section.bodyText(expect)
        }
        return request
    }
}
