package import DeployModel

/// Hosts that a program prints as JSON: `{"web-1": {"address": "10.0.0.1", "labels": {"zone": "a"}}}`. A host may also have
/// `user`, `port`, `groups` and `target`.
package struct CommandHostSource: HostSource {
    /// Runs a program in a directory and returns all it printed.
    package typealias Run = @Sendable (_ argv: [String], _ directory: String) async throws(DeployError) -> [UInt8]

    private let argv: [String]
    private let directory: String
    private let run: Run

    package init(_ argv: [String], directory: String, run: @escaping Run) {
        self.argv = argv
        self.directory = directory
        self.run = run
    }

    package func hosts() async throws(DeployError) -> SourcedHosts {
        try Self.hosts(in: try await run(argv, directory), program: argv.joined(separator: " "))
    }

    /// The hosts in what a program printed.
    static func hosts(in output: [UInt8], program: String) throws(DeployError) -> SourcedHosts {
        let value: AnsibleValue
        do {
            value = try JSONText.value(of: output)
        } catch {
            throw problem(program, "is not JSON: \(error.message) (line \(error.line), column \(error.column))")
        }
        guard case .map(let entries) = value else { throw problem(program, "is not a JSON object of hosts") }
        guard !entries.isEmpty else { throw problem(program, "names no host") }
        guard entries.count <= HostRange.limit else { throw problem(program, "names more than 10,000 hosts") }
        var hosts: [SourcedHost] = []
        for entry in entries {
            do throws(ScalarProblem) {
                hosts.append(try SourcedHostReader(name: entry.name, entry.value).host())
            } catch {
                throw problem(program, "\(error.predicate), at the host `\(entry.name.shortened)`", hint: error.hint)
            }
        }
        return SourcedHosts(hosts)
    }

    private static func problem(_ program: String, _ predicate: String, hint: String? = nil) -> DeployError {
        DeployError(
            .invalidConfiguration, "the output of `\(program.shortened)` \(predicate)",
            hint: hint ?? "it prints `{\"web-1\": {\"address\": \"10.0.0.1\"}}`")
    }
}

/// Reads one host of a program's JSON.
private struct SourcedHostReader {
    private static let keys = ["address", "labels", "user", "port", "groups", "target"]

    let name: String
    let value: AnsibleValue

    init(name: String, _ value: AnsibleValue) {
        self.name = name
        self.value = value
    }

    func host() throws(ScalarProblem) -> SourcedHost {
        guard let name = HostName(name) else { throw ScalarProblem("has a name that no host can have") }
        guard case .map(let entries) = value else { throw ScalarProblem("holds \(value.kind) in place of an object") }
        for entry in entries where !Self.keys.contains(entry.name) && !entry.name.hasPrefix("x-") {
            throw ScalarProblem(
                "has the key `\(entry.name.shortened)`",
                hint: Spelling.nearest(to: entry.name, among: Self.keys).map { "did you mean `\($0)`?" }
                    ?? "the keys are " + Self.keys.map { "`\($0)`" }.joined(separator: ", "))
        }
        var host = SourcedHost(name: name)
        if let address = try text("address") {
            guard NameRules.isAddress(address) else { throw ScalarProblem("has the address `\(address.shortened)`") }
            host.address = address
        }
        host.labels = try texts("labels")
        for (label, text) in host.labels.sorted(by: { $0.key < $1.key }) {
            guard NameRules.isLabelKey(label), NameRules.isLabelValue(text) else {
                throw ScalarProblem("has the label `\(label.shortened)=\(text.shortened)`")
            }
        }
        if let user = try text("user") {
            guard NameRules.isUser(user) else { throw ScalarProblem("has the user `\(user.shortened)`") }
            host.ssh.user = user
        }
        if let port = try text("port") {
            guard let number = Int(port), (1...65535).contains(number) else {
                throw ScalarProblem("has the port `\(port.shortened)`")
            }
            host.ssh.port = number
        }
        host.groups = try names("groups")
        host.target = try target()
        return host
    }

    // MARK: Private

    private func entry(_ key: String) -> AnsibleValue? {
        guard case .map(let entries) = value, let found = entries.first(where: { $0.name == key })?.value,
            found != .null
        else { return nil }
        return found
    }

    private func text(_ key: String) throws(ScalarProblem) -> String? {
        guard let value = entry(key) else { return nil }
        guard let text = value.scalarText, !text.isEmpty else {
            throw ScalarProblem("has `\(key)`, which is \(value.kind) and not a text")
        }
        return text
    }

    private func texts(_ key: String) throws(ScalarProblem) -> [String: String] {
        guard let value = entry(key) else { return [:] }
        guard case .map(let entries) = value else { throw ScalarProblem("has `\(key)`, which is \(value.kind)") }
        var texts: [String: String] = [:]
        for entry in entries where entry.value != .null {
            guard let text = entry.value.scalarText else {
                throw ScalarProblem("has `\(entry.name.shortened)` in `\(key)`, which is \(entry.value.kind)")
            }
            texts[entry.name] = text
        }
        return texts
    }

    private func names(_ key: String) throws(ScalarProblem) -> [String] {
        guard let value = entry(key) else { return [] }
        guard case .list(let items) = value else { throw ScalarProblem("has `\(key)`, which is \(value.kind)") }
        return try items.map { (item) throws(ScalarProblem) in
            guard let text = item.scalarText, NameRules.isGroup(text) else {
                throw ScalarProblem("is in the group \(item.kind), which no group can be called")
            }
            return text
        }
    }

    private func target() throws(ScalarProblem) -> TargetName {
        guard let value = entry("target") else { return .unstated }
        if case .map = value { return .byPool(try texts("target")) }
        return try text("target").map(TargetName.everywhere) ?? .unstated
    }
}
