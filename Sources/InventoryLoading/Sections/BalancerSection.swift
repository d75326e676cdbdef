import DeployModel

/// `balancer`: `none`, or one kind with the times of drain and enable.
struct BalancerSection {
    let context: ValidationContext
    let service: String
    /// The hosts of the inventory, by which `haproxy.hosts` is checked.
    let hosts: [HostName]

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
        case .list:
            context.report("several balancers are not supported in this version", at: node.location)
            return BalancerConfiguration()
        case .null, .invalid, .map:
            break
        }
        guard let reader = MapReader(node, InventorySchema.balancer, in: context) else {
            return BalancerConfiguration()
        }
        var configuration = BalancerConfiguration()
        let kinds = ["aws_target_group", "haproxy"].compactMap(reader.entry)
        if kinds.count > 1, let second = kinds.last {
            context.report(
                "`balancer` has both `\(kinds[0].key)` and `\(second.key)`", at: second.keyLocation,
                hint: "a balancer is of one kind")
        }
        if let group = reader.entry("aws_target_group") {
            let groups = AWSTargetGroupSection(context: context, service: service).groups(group)
            configuration.kind = groups.map { .awsTargetGroup($0) } ?? .none
        } else if let haproxy = reader.map("haproxy", InventorySchema.haproxy) {
            configuration.kind = self.haproxy(haproxy).map { .haproxy($0) } ?? .none
        } else if let useless = ["drain", "enable"].compactMap(reader.entry).first {
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
        return configuration
    }

    // MARK: Private

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
            let name = Placeholders.fill(text, host: nil, release: nil, service: service)
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

    private func host(_ text: String) throws(ScalarProblem) -> HostName {
        guard let name = HostName(text), hosts.contains(name) || context.isAwaitingHosts else {
            throw ScalarProblem(
                "names `\(text.shortened)`, which is not under `hosts`",
                hint: Spelling.nearest(to: text, among: hosts.map(\.text)).map { "did you mean `\($0)`?" }
                    ?? "declare it: `\(text.shortened): { address: …, deploy: false }`")
        }
        return name
    }

    private func reportRepeated(_ names: [HostName], _ reader: MapReader) {
        var seen: Set<HostName> = []
        for name in names where !seen.insert(name).inserted {
            guard let entry = reader.entry("hosts") else { continue }
            context.report("`hosts` names `\(name)` twice", at: entry.value.location)
        }
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
