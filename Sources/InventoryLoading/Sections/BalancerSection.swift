import DeployModel

/// `balancer`: `none`, or one kind with the times of drain and enable, or a list of such.
struct BalancerSection {
    let context: ValidationContext
    /// The service, the hosts and the groups, by which names and selections are checked.
    let inventory: Inventory

    func configuration(_ node: DocumentNode) -> BalancerConfiguration {
        switch node.content {
        case .scalar(let text):
            if text != "none" {
                context.report(
                    "`balancer` must be `none` or a map, not `\(text.shortened)`", at: node.location,
                    hint: text == "haproxy" ? "write `balancer: { haproxy: { socket: /run/haproxy/admin.sock } }`" : nil
                )
            }
            return BalancerConfiguration()
        case .list(let items):
            return BalancerListSection(section: self).configuration(items, at: node.location)
        case .null, .invalid, .map:
            break
        }
        guard let reader = MapReader(node, InventorySchema.balancer, in: context) else {
            return BalancerConfiguration()
        }
        return configuration(reader)
    }

    /// One balancer.
    func configuration(_ reader: MapReader) -> BalancerConfiguration {
        var configuration = BalancerConfiguration()
        let kinds = InventorySchema.balancerKinds.filter(reader.has)
        if kinds.count > 1, let entry = kinds.last.flatMap(reader.entry) {
            context.report(
                "`balancer` holds \(kinds.map { "`\($0)`" }.joined(separator: " and "))", at: entry.keyLocation,
                hint: "several balancers are a list, each with `for:` the hosts behind it")
        } else if let kind = kinds.first {
            configuration.kind = self.kind(kind, reader) ?? .none
        } else if let useless = ["drain", "enable", "rejoin"].compactMap(reader.entry).first {
            context.report(
                "`\(useless.key)` has no effect without a balancer", at: useless.keyLocation,
                hint: "name one, such as `haproxy: { socket: /run/haproxy/admin.sock }`")
        }
        if let drain = reader.map("drain", InventorySchema.drain) {
            configuration.drainTimeout = timeout(drain)
            configuration.drainEnd = drain.choice("until") ?? .state
            configuration.onDrainTimeout = drain.choice("on_timeout") ?? .fail
        }
        if let enable = reader.map("enable", InventorySchema.enable) {
            configuration.enableTimeout = timeout(enable)
        }
        configuration.rejoin = StepsSection(context: context).rejoin(reader)
        return configuration
    }

    /// The name of one of the inventory's hosts.
    func host(_ text: String) throws(ScalarProblem) -> HostName {
        let hosts = inventory.hosts.map(\.name)
        guard let name = HostName(text), hosts.contains(name) || context.isAwaitingHosts else {
            throw ScalarProblem(
                "names `\(text.shortened)`, which is no host of this inventory",
                hint: Spelling.nearest(to: text, among: hosts.map(\.text)).map { "did you mean `\($0)`?" }
                    ?? "add it to the inventory's `hosts`: `\(text.shortened): { address: …, deploy: false }`")
        }
        return name
    }

    func reportRepeated(_ names: [HostName], _ reader: MapReader) {
        var seen: Set<HostName> = []
        for name in names where !seen.insert(name).inserted {
            guard let entry = reader.entry("hosts") else { continue }
            context.report("`hosts` names `\(name)` twice", at: entry.value.location)
        }
    }

    // MARK: Private

    private func kind(_ key: String, _ reader: MapReader) -> BalancerConfiguration.Kind? {
        switch key {
        case "aws_target_group":
            reader.entry(key).flatMap(AWSTargetGroupSection(context: context, service: inventory.service).groups)
                .map { .awsTargetGroup($0) }
        case "nginx":
            reader.map(key, InventorySchema.nginx).flatMap(NginxSection(section: self).configuration).map { .nginx($0) }
        case "command":
            reader.map(key, InventorySchema.commandBalancer)
                .flatMap(CommandBalancerSection(context: context).configuration).map { .command($0) }
        case "webhook":
            reader.map(key, InventorySchema.webhookBalancer).flatMap(WebhookBalancerSection().configuration)
                .map { .webhook($0) }
        default:
            reader.map(key, InventorySchema.haproxy).flatMap(haproxy).map { .haproxy($0) }
        }
    }

    /// `auto`, which leaves it to the driver, or a duration.
    private func timeout(_ reader: MapReader) -> Duration? {
        if case .scalar("auto") = reader.entry("timeout")?.value.content { return nil }
        return reader.duration("timeout")
    }

    private func haproxy(_ reader: MapReader) -> HAProxyConfiguration? {
        reader.require("socket", hint: "the path or `host:port` of the runtime API: `socket: /run/haproxy/admin.sock`")
        let names = reader.values("hosts") { (text) throws(ScalarProblem) in try host(text) } ?? []
        let socket = reader.value("socket") { (text) throws(ScalarProblem) in
            try self.socket(text, isLocal: names.isEmpty, directory: context.directory(at: reader.location))
        }
        let backends = reader.values("backends") { (text) throws(ScalarProblem) in
            let name = Placeholders.fill(text, host: nil, release: nil, service: inventory.service)
            guard NameRules.isBackend(name) else {
                throw ScalarProblem("has `\(text.shortened)`, which is not the name of a backend")
            }
            return name
        }
        let usesSudo = reader.boolean("sudo") ?? false
        let unreachable = reader.choice("unreachable", of: HAProxyConfiguration.Unreachable.self) ?? .fail
        reportRepeated(names, reader)
        guard let socket else { return nil }
        if usesSudo, case .tcp = socket, let entry = reader.entry("sudo") {
            context.report("`sudo` has no effect on a TCP socket", at: entry.keyLocation)
        }
        return HAProxyConfiguration(
            hosts: names, socket: socket, backends: backends ?? [], usesSudo: usesSudo, unreachable: unreachable)
    }

    /// A path, or `host:port` with IPv6 addresses in brackets.
    private func socket(
        _ text: String, isLocal: Bool, directory: String
    ) throws(ScalarProblem) -> HAProxyConfiguration.Socket {
        if let colon = text.lastIndex(of: ":"), !text.contains("/") {
            var host = String(text[..<colon])
            if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
            guard NameRules.isAddress(host) else {
                throw ScalarProblem("must be a path or `host:port`, not `\(text.shortened)`")
            }
            let port = try NumberText.integer(String(text[text.index(after: colon)...]), in: 1...65535)
            return .tcp(host: host, port: port)
        }
        if text.hasPrefix("/") { return .unix(path: LocalPath.normalized(text)) }
        guard isLocal, !text.isEmpty else {
            throw ScalarProblem("must be an absolute path on its host or `host:port`, not `\(text.shortened)`")
        }
        return .unix(path: LocalPath.absolute(text, in: directory, home: context.environment["HOME"]))
    }
}
