import DeployModel

/// Turns the raw document into an inventory, or into everything that is wrong with it. Pure: it reads no file, no
/// environment and no clock of its own.
struct InventoryValidator {
    /// The absolute path of the file.
    let path: String
    let environment: [String: String]

    /// - Parameter known: issues the document already has; they are thrown along with those found here.
    func validate(_ root: DocumentNode, known: [InventoryIssue] = []) throws(InventoryError) -> LoadedInventory {
        let context = ValidationContext(directory: LocalPath.directory(of: path), environment: environment)
        let inventory = MapReader(root, InventorySchema.root, in: context).map { self.inventory($0, context) }
        let issues = known + context.issues
        guard issues.isEmpty, let inventory else { throw InventoryError(issues) }
        return LoadedInventory(inventory: inventory, warnings: context.warnings.inOrder)
    }

    // MARK: Private

    private func inventory(_ reader: MapReader, _ context: ValidationContext) -> Inventory {
        let service = service(reader)
        let ssh = reader.map("ssh", InventorySchema.ssh)
        let settings = ssh.map(SSHSection(context: context).settings) ?? SSHSettings()
        let declarations = reader.entry("hosts").map { HostsSection(context: context).hosts($0.value) } ?? []
        let groups = GroupsSection(context: context, hosts: declarations.map(\.name)).groups(reader.names("groups"))
        let environment = context.environmentVariables(reader.names("env"))
        let merge = HostMerge(
            context: context, groups: groups, ssh: settings.over(SSHSection(context: context).defaults()),
            environment: environment, service: service ?? "service")
        let hosts = merge.hosts(declarations)
        let checks = CrossChecks(context: context, hosts: hosts)
        checks.reportNoHosts(reader)
        checks.warnOfSharedAddresses()

        var inventory = Inventory(service: service ?? "service", hosts: hosts, path: path)
        inventory.isProtected = reader.boolean("protected") ?? false
        for group in groups {
            inventory.groups[group.name] = hosts.map(\.name).filter(group.hosts.contains)
        }
        inventory.fanout = ssh?.integer("fanout", in: 1...1000) ?? inventory.fanout
        inventory.environment = environment
        inventory.release = reader.map("release", InventorySchema.release)
            .flatMap(ReleaseSection(context: context).configuration)
        inventory.steps =
            reader.map("steps", InventorySchema.steps)
            .map(StepsSection(context: context).steps) ?? [:]
        inventory.balancer =
            reader.entry("balancer").map { entry in
                BalancerSection(context: context, service: inventory.service, hosts: hosts.map(\.name))
                    .configuration(entry.value)
            } ?? BalancerConfiguration()
        checks.warnOfUnusedPools(inventory.balancer)
        inventory.health = reader.map("health", InventorySchema.health)
            .flatMap(HealthSection(context: context).configuration)
        inventory.rollout =
            reader.map("rollout", InventorySchema.rollout).map(RolloutSection().policy) ?? RolloutPolicy()
        return inventory
    }

    private func service(_ reader: MapReader) -> String? {
        reader.require("service", hint: "the name of what is deployed, such as `service: acebook`")
        return reader.value("service") { (text) throws(ScalarProblem) in
            guard NameRules.isService(text) else {
                throw ScalarProblem(
                    "is not a service name: `\(text.shortened)`",
                    hint: "up to 63 lower-case letters, digits and `-`, beginning with a letter or a digit")
            }
            return text
        }
    }
}
