import DeployModel

/// `host_sources`: a list of places that know more hosts.
struct HostSourcesSection {
    let context: ValidationContext

    func sources(_ node: DocumentNode) -> [HostSourceConfiguration] {
        guard case .list(let items) = node.content else {
            if node.content != .invalid {
                context.report(
                    "`host_sources` must be a list, not \(node.kind)", at: node.location,
                    hint: "write `- ansible: { path: …, hosts: … }` below it")
            }
            return []
        }
        return items.compactMap(source)
    }

    // MARK: Private

    private func source(_ node: DocumentNode) -> HostSourceConfiguration? {
        guard let reader = MapReader(node, InventorySchema.hostSource, in: context) else { return nil }
        let kinds = InventorySchema.hostSource.supportedKeys.filter(reader.has)
        guard let kind = kinds.first, kinds.count == 1 else {
            if !(kinds.isEmpty && reader.hasUnknownKeys) {
                let names = InventorySchema.hostSource.supportedKeys.map { "`\($0)`" }.joined(separator: ", ")
                context.report("a host source is one of \(names)", at: reader.location)
            }
            return nil
        }
        return self.kind(kind, reader).map { HostSourceConfiguration($0, location: reader.location) }
    }

    private func kind(_ kind: String, _ reader: MapReader) -> HostSourceConfiguration.Kind? {
        switch kind {
        case "ansible":
            reader.map("ansible", InventorySchema.ansibleSource).flatMap(ansible).map { .ansible($0) }
        default:
            StepActionReader(context: context).command("command", reader)
                .map { .command($0, directory: context.directory(at: reader.location)) }
        }
    }

    private func ansible(_ reader: MapReader) -> AnsibleSourceConfiguration? {
        reader.require("path", hint: "a file, a directory or an executable: `path: ../ansible/inventory`")
        reader.require(
            "hosts", hint: "Ansible's pattern for the hosts to deploy to, such as `hosts: web` or `hosts: all`")
        let path = reader.localPath("path")
        let pattern = reader.text("hosts")
        var labels: [String: String] = [:]
        for entry in reader.names("labels") {
            guard NameRules.isLabelKey(entry.key) else {
                context.report("`\(entry.key.shortened)` is not the name of a label", at: entry.keyLocation)
                continue
            }
            labels[entry.key] = context.value(entry.value, of: entry.key, by: variable)
        }
        let target = reader.value("target", by: variable)
        guard let path, let pattern else { return nil }
        return AnsibleSourceConfiguration(path: path, pattern: pattern, labels: labels, target: target)
    }

    private func variable(_ text: String) throws(ScalarProblem) -> String {
        guard NameRules.isVariable(text) else {
            throw ScalarProblem("is not the name of an Ansible variable: `\(text.shortened)`")
        }
        return text
    }
}
