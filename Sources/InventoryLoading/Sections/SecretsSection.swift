import DeployModel

/// `secrets` and `secrets_from`: the names of what must not be seen, and where the values come from.
struct SecretsSection {
    let context: ValidationContext

    /// The variables that hold secrets on all hosts.
    func variables(_ reader: MapReader) -> EnvironmentVariables {
        guard let entry = reader.entry("secrets") else { return [:] }
        return EnvironmentVariables(
            [:], secret: EnvironmentSection(context: context).secret(entry.value, of: "secrets"))
    }

    func sources(_ reader: MapReader) -> [SecretSource] {
        guard let entry = reader.entry("secrets_from") else { return [] }
        let items = if case .list(let items) = entry.value.content { items } else { [entry.value] }
        return items.compactMap(source)
    }

    // MARK: Private

    private func source(_ node: DocumentNode) -> SecretSource? {
        guard let reader = MapReader(node, InventorySchema.secretSource, in: context) else { return nil }
        let kinds = ["file", "command"].filter(reader.has)
        guard kinds.count == 1 else {
            if kinds.isEmpty, reader.hasUnknownKeys { return nil }
            context.report(
                kinds.isEmpty
                    ? "a source of secrets needs `file` or `command`"
                    : "a source of secrets is `file` or `command`, not both", at: reader.location,
                hint: kinds.isEmpty ? "such as `secrets_from: [{ file: .deploy/secrets }]`" : "write two sources")
            return nil
        }
        let format = reader.choice("format", of: SecretSource.Format.self) ?? .dotenv
        let place: SecretSource.Place? =
            reader.has("file")
            ? reader.localPath("file").map { .file($0) }
            : StepActionReader(context: context).command("command", reader).map { .command($0) }
        return place.map { SecretSource($0, format: format, location: reader.location) }
    }
}
