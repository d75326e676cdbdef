import DeployModel

/// `notify`: who is told of a run. No message here shows a URL: it may be a token in itself.
struct NotifySection {
    let context: ValidationContext

    func notifications(_ entry: DocumentNode.Entry) -> [NotificationConfiguration] {
        let items: [DocumentNode] =
            switch entry.value.content {
            case .list(let items): items
            default: [entry.value]
            }
        return items.compactMap { item in
            MapReader(item, InventorySchema.notification, in: context).flatMap(notification)
        }
    }

    // MARK: Private

    private func notification(_ reader: MapReader) -> NotificationConfiguration? {
        let moments = reader.values("events") { (text) throws(ScalarProblem) -> NotificationConfiguration.Moment in
            if let moment = NotificationConfiguration.Moment(rawValue: text) { return moment }
            let words = NotificationConfiguration.Moment.allCases.map(\.rawValue)
            throw ScalarProblem(
                "may hold \(words.map { "`\($0)`" }.joined(separator: ", ")), not `\(text.shortened)`",
                hint: Spelling.nearest(to: text, among: words).map { "did you mean `\($0)`?" })
        }
        let forms = NotificationConfiguration.Form.allCases.filter { reader.has($0.rawValue) }
        guard let form = forms.first, forms.count == 1, let entry = reader.entry(form.rawValue) else {
            if !forms.isEmpty || !reader.hasUnknownKeys {
                context.report(
                    "an entry of `notify` needs one of `webhook` and `slack`", at: reader.location,
                    hint: "write one entry for each")
            }
            return nil
        }
        guard let written = context.verbatim(entry.value, of: form.rawValue) else { return nil }
        do throws(ScalarProblem) {
            let (url, values) = try Interpolation.expandNotingValues(written, environment: context.environment)
            // A variable that is empty, as on a machine that has no business telling anybody.
            if url.isEmpty, !written.isEmpty { return nil }
            try Self.check(url)
            return NotificationConfiguration(
                form, url: Secret(url),
                moments: moments.map(Set.init) ?? Set(NotificationConfiguration.Moment.allCases),
                secrets: values.filter { !$0.isEmpty }.map { Secret($0) }, location: entry.value.location)
        } catch {
            context.report(error, of: form.rawValue, at: entry.value.location)
            return nil
        }
    }

    private static func check(_ url: String) throws(ScalarProblem) {
        try ValidationContext.checkCharacters(url, isMultiline: false)
        let lower = url.lowercased()
        let rest = ["https://", "http://"].first(where: lower.hasPrefix).map { lower.dropFirst($0.count) }
        guard let rest, let first = rest.first, first != "/", !rest.contains(" ") else {
            throw ScalarProblem("must be a URL that begins with `https://` or `http://`")
        }
    }
}
