import DeployModel

/// `balancer.aws_target_group`: an ARN, a name, a map with one of them and an endpoint, or a list of these.
struct AWSTargetGroupSection {
    let context: ValidationContext
    let service: String

    /// - Returns: `nil` after a report.
    func groups(_ entry: DocumentNode.Entry) -> AWSTargetGroupConfiguration? {
        let nodes: [DocumentNode]
        switch entry.value.content {
        case .list(let items): nodes = items
        case .scalar, .map, .null, .invalid: nodes = [entry.value]
        }
        if nodes.isEmpty { context.report("`aws_target_group` is an empty list", at: entry.value.location) }
        let groups = nodes.map(group)
        var seen: Set<String> = []
        for (node, group) in zip(nodes, groups) {
            guard let name = group?.name, !seen.insert(name).inserted else { continue }
            context.report("`aws_target_group` names `\(name.shortened)` twice", at: node.location)
        }
        guard !groups.isEmpty, !groups.contains(where: { $0 == nil }) else { return nil }
        return AWSTargetGroupConfiguration(groups: groups.compactMap(\.self))
    }

    // MARK: Private

    private func group(_ node: DocumentNode) -> AWSTargetGroupConfiguration.Group? {
        guard case .map = node.content else {
            return context.value(node, of: "aws_target_group", by: identity)
                .map { AWSTargetGroupConfiguration.Group(name: $0) }
        }
        guard let reader = MapReader(node, InventorySchema.awsTargetGroup, in: context) else { return nil }
        if reader.has("arn"), let name = reader.entry("name") {
            context.report("an ARN holds the name: `name` has no effect beside it", at: name.keyLocation)
        } else if !reader.has("arn"), !reader.has("name") {
            reader.require("arn", hint: "arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID, or `name`")
        }
        let endpoint = reader.value("endpoint") { (text) throws(ScalarProblem) in
            guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
                throw ScalarProblem("must be a URL, not `\(text.shortened)`")
            }
            return text
        }
        let name = reader.value("arn", by: identity) ?? reader.value("name", by: identity)
        return name.map { AWSTargetGroupConfiguration.Group(name: $0, endpoint: endpoint) }
    }

    /// An ARN or a name, with `{service}` filled in.
    private func identity(_ text: String) throws(ScalarProblem) -> String {
        try Self.checked(Placeholders.fill(text, host: nil, release: nil, service: service))
    }

    static func checked(_ text: String) throws(ScalarProblem) -> String {
        guard NameRules.isTargetGroup(text) else {
            throw ScalarProblem(
                "must be the ARN or the name of a target group, not `\(text.shortened)`",
                hint: "`aws elbv2 describe-target-groups --query 'TargetGroups[].TargetGroupArn'` lists the ARNs")
        }
        return text
    }
}
