import DeployModel

/// Turns the raw document into an inventory, or into everything that is wrong with it. Pure: it reads no file, no
/// environment and no clock of its own.
struct InventoryValidator {
    private let document: InventoryDocument
    private let environment: [String: String]
    /// The sources that the document names; none where they cannot be read, which `validate` reports.
    let sources: [HostSourceConfiguration]

    init(_ document: InventoryDocument, environment: [String: String]) {
        self.document = document
        self.environment = environment
        sources = Self.sources(of: document, environment)
    }

    /// - Parameter answers: what the sources said; `nil` where they have not been asked, and a host that the files do not know
    ///   may still come from them.
    /// - Throws: ``InventoryError`` with the issues that the document already has, and those found here.
    func validate(
        _ answers: [(source: HostSourceConfiguration, hosts: SourcedHosts)]? = nil
    ) throws(InventoryError) -> LoadedInventory {
        let context = ValidationContext(
            directory: LocalPath.directory(of: document.path), directories: document.directories,
            environment: environment, isAwaitingHosts: answers == nil && !sources.isEmpty)
        var fleet = SourcedFleet()
        for (source, answer) in answers ?? [] {
            fleet.add(answer, location: source.location)
            for warning in answer.warnings { context.warn(warning, at: source.location) }
        }
        let inventory = MapReader(document.root, InventorySchema.root, in: context)
            .map { self.inventory($0, fleet, context) }
        let issues = document.issues + context.issues
        guard issues.isEmpty, let inventory else {
            throw InventoryError(issues, files: document.files)
        }
        return LoadedInventory(inventory: inventory, warnings: context.warnings.inOrder(of: document.files))
    }

    // MARK: Private

    private static func sources(
        of document: InventoryDocument, _ environment: [String: String]
    ) -> [HostSourceConfiguration] {
        guard case .map(let entries) = document.root.content,
            let entry = entries.first(where: { $0.key == "host_sources" }), entry.value.content != .null
        else { return [] }
        let context = ValidationContext(
            directory: LocalPath.directory(of: document.path), directories: document.directories,
            environment: environment)
        return HostSourcesSection(
            context: context, targetGroups: targetGroups(of: entries, environment: environment)
        ).sources(entry.value)
    }

    /// The balancer's target groups; what is wrong with them is said elsewhere.
    private static func targetGroups(
        of entries: [DocumentNode.Entry], environment: [String: String]
    ) -> [AWSTargetGroupConfiguration.Group] {
        let context = ValidationContext(directory: "/", environment: environment)
        let service = entries.first { $0.key == "service" }.flatMap { context.text($0.value, of: "service") }
        guard let balancer = entries.first(where: { $0.key == "balancer" })?.value else { return [] }
        let parts: [DocumentNode] = if case .list(let items) = balancer.content { items } else { [balancer] }
        return parts.flatMap { part -> [AWSTargetGroupConfiguration.Group] in
            guard case .map(let keys) = part.content,
                let group = keys.first(where: { $0.key == "aws_target_group" })
            else { return [] }
            return AWSTargetGroupSection(context: context, service: service ?? "service").groups(group)?.groups ?? []
        }
    }

    private func inventory(_ reader: MapReader, _ fleet: SourcedFleet, _ context: ValidationContext) -> Inventory {
        let service = service(reader)
        let ssh = reader.map("ssh", InventorySchema.ssh)
        let settings = ssh.map(SSHSection(context: context).settings) ?? SSHSettings()
        if let entry = reader.entry("host_sources"), case .map(let entries) = document.root.content {
            let groups = Self.targetGroups(of: entries, environment: environment)
            _ = HostSourcesSection(context: context, targetGroups: groups).sources(entry.value)
        }
        let declarations = fleet.merged(
            under: reader.entry("hosts").map { HostsSection(context: context).hosts($0.value) } ?? [])
        let names = declarations.map(\.name)
        let groups = fleet.merged(
            under: GroupsSection(context: context, hosts: names).groups(reader.names("groups")), hosts: names,
            location: reader.location)
        let environment = EnvironmentSection(context: context).variables(reader)
            .over(SecretsSection(context: context).variables(reader))
        let merge = HostMerge(
            context: context, groups: groups, ssh: settings, environment: environment, service: service ?? "service")
        let hosts = merge.hosts(declarations)
        let checks = CrossChecks(context: context, hosts: hosts)
        checks.reportNoHosts(reader)
        checks.warnOfSharedAddresses()

        var inventory = Inventory(service: service ?? "service", hosts: hosts, path: document.path)
        inventory.furtherPaths = document.basePaths
        for case .ansible(let ansible) in sources.map(\.kind) { inventory.furtherPaths.append(ansible.path) }
        inventory.isProtected = reader.boolean("protected") ?? false
        for group in groups {
            inventory.groups[group.name] = hosts.map(\.name).filter(group.hosts.contains)
        }
        inventory.fanout = ssh?.integer("fanout", in: 1...1000) ?? inventory.fanout
        inventory.environment = environment
        inventory.secretSources = SecretsSection(context: context).sources(reader)
        inventory.release = reader.map("release", InventorySchema.release)
            .flatMap(ReleaseSection(context: context).configuration)
        inventory.steps =
            reader.map("steps", InventorySchema.steps)
            .map(StepsSection(context: context).steps) ?? [:]
        checks.reportEmptySelections(inventory)
        inventory.balancer =
            reader.entry("balancer").map { entry in
                BalancerSection(context: context, inventory: inventory).configuration(entry.value)
            } ?? BalancerConfiguration()
        checks.warnOfUnusedPools(inventory.balancer)
        let health = reader.map("health", InventorySchema.health)
        inventory.health = health.flatMap(HealthSection(context: context).configuration)
        inventory.publicChecks = health.map(PublicChecksSection(context: context).checks) ?? PublicChecks()
        inventory.lease = reader.map("lease", InventorySchema.lease).map(LeaseSection().policy) ?? LeasePolicy()
        if let rollout = reader.map("rollout", InventorySchema.rollout) {
            inventory.rollout = RolloutSection().policy(rollout)
            RolloutSection().checkCanary(rollout, in: inventory)
            RolloutSection().checkDeadMan(rollout, in: inventory)
        }
        inventory.hooks = reader.map("hooks", InventorySchema.hooks).flatMap(HooksSection().configuration)
        inventory.notifications =
            reader.entry("notify").map(NotifySection(context: context).notifications) ?? []
        return inventory
    }

    private func service(_ reader: MapReader) -> String? {
        reader.require("service", hint: "the name of what is deployed, such as `service: acebook`")
        return reader.value("service") { (text) throws(ScalarProblem) in
            guard NameRules.isService(text) else {
                throw ScalarProblem(
                    "is not a service name: `\(text.shortened)`",
                    hint: (NameRules.isService(text.lowercased()) ? "did you mean `\(text.lowercased())`? " : "")
                        + "up to 63 lower-case letters, digits and `-`, beginning with a letter or a digit")
            }
            return text
        }
    }
}
