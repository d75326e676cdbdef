import DeployModel

/// `host_sources`: a list of places that know more hosts.
struct HostSourcesSection {
    let context: ValidationContext
    /// The target groups of the balancer, whose machines `aws_target_group` means.
    let targetGroups: [AWSTargetGroupConfiguration.Group]

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
        case "aws_target_group":
            reader.map("aws_target_group", InventorySchema.awsTargetGroupSource).flatMap { targetGroup($0, reader) }
        case "ec2": reader.map("ec2", InventorySchema.ec2Source).flatMap(ec2).map { .ec2($0) }
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

    private func targetGroup(_ reader: MapReader, _ source: MapReader) -> HostSourceConfiguration.Kind? {
        let naming = naming(reader)
        if reader.has("group") {
            let group = reader.value("group", by: AWSTargetGroupSection.checked)
            return group.map { .awsTargetGroup(AWSTargetGroupConfiguration(groups: [.init(name: $0)]), naming) }
        }
        guard !targetGroups.isEmpty else {
            context.report(
                "`aws_target_group` needs `group`: the balancer has none", at: source.location,
                hint: "the name or the ARN of a target group")
            return nil
        }
        return .awsTargetGroup(AWSTargetGroupConfiguration(groups: targetGroups), naming)
    }

    private func ec2(_ reader: MapReader) -> EC2SourceConfiguration? {
        reader.require("tags", hint: "the tags that the instances have, such as `tags: { app: acebook }`")
        let region = reader.value("region") { (text) throws(ScalarProblem) in
            guard NameRules.isService(text) else {
                throw ScalarProblem("is not the name of a region: `\(text.shortened)`", hint: "such as `eu-west-2`")
            }
            return text
        }
        var tags: [String: String] = [:]
        for entry in reader.names("tags") { tags[entry.key] = context.text(entry.value, of: entry.key) }
        if reader.has("tags"), tags.isEmpty { context.report("`tags` is empty", at: reader.location) }
        return tags.isEmpty ? nil : EC2SourceConfiguration(region: region, tags: tags, naming: naming(reader))
    }

    private func naming(_ reader: MapReader) -> AWSHostNaming {
        var naming = AWSHostNaming()
        naming.address = reader.choice("address") ?? naming.address
        naming.nameTag =
            reader.value("name") { (text) throws(ScalarProblem) in
                guard text.hasPrefix("tag:"), text.count > 4 else {
                    throw ScalarProblem("must name a tag, such as `tag:Name`, not `\(text.shortened)`")
                }
                return String(text.dropFirst(4))
            } ?? naming.nameTag
        return naming
    }

    private func variable(_ text: String) throws(ScalarProblem) -> String {
        guard NameRules.isVariable(text) else {
            throw ScalarProblem("is not the name of an Ansible variable: `\(text.shortened)`")
        }
        return text
    }
}
