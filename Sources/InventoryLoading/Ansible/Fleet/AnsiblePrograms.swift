import DeployModel

/// Asks Ansible itself: `ansible-inventory` for what plugins and vaults hold, `ansible` for the values of templates.
struct AnsiblePrograms: Sendable {
    private let run: @Sendable ([String]) async throws -> [UInt8]
    private let inventoryProgram: String
    private let program: String?

    /// Returns `nil` where Ansible is not installed.
    init?(run: @escaping @Sendable ([String]) async throws -> [UInt8], find: (String) -> String?) {
        guard let inventoryProgram = find("ansible-inventory") else { return nil }
        self.run = run
        self.inventoryProgram = inventoryProgram
        program = find("ansible")
    }

    /// What `ansible-inventory --list` says.
    func inventory(_ sources: [String]) async throws(InventoryError) -> AnsibleInventory {
        var graph = AnsibleGraph()
        let argv = Self.listing(inventoryProgram, sources)
        let answer = try AnsibleProgramAnswer(
            try await output(argv), program: argv.joined(separator: " "), into: &graph)
        for host in answer.hosts {
            guard case .map(let entries) = answer.variables?[host] ?? .map([]) else { continue }
            do throws(ScalarProblem) {
                for entry in entries { try graph.setVariable(entry.name, of: host, to: entry.value) }
            } catch {
                throw InventoryError([InventoryIssue("`ansible-inventory` \(error.predicate)", at: nil)])
            }
        }
        graph.reconcile()
        return try HostVariables(graph: graph, folders: []).inventory(warnings: [])
    }

    /// The inventory with the values that templates have for these hosts: one run of Ansible's `debug`, which contacts none.
    func fillingIn(
        _ variables: [String], of inventory: AnsibleInventory, _ hosts: [String], _ sources: [String]
    ) async throws(DeployError) -> AnsibleInventory {
        guard let program else { return inventory }
        let bytes: [UInt8]
        do {
            bytes = try await output(Self.asking(program, variables, hosts, sources))
        } catch {
            throw DeployError(error)
        }
        var answers: [String: [AnsibleValue.Entry]] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let (host, values) = Self.answer(String(line)) else { continue }
            answers[host] = values
        }
        var inventory = inventory
        for index in inventory.hosts.indices {
            for entry in answers[inventory.hosts[index].name] ?? [] {
                inventory.hosts[index].variables[entry.name] = entry.value
            }
        }
        return inventory
    }

    // MARK: Commands

    static func listing(_ program: String, _ sources: [String]) -> [String] {
        [program] + sources.flatMap { ["-i", $0] } + ["--list"]
    }

    /// Prints a line for each host: its name, and a JSON object of its variables in a text.
    static func asking(_ program: String, _ variables: [String], _ hosts: [String], _ sources: [String]) -> [String] {
        let pairs = variables.map { "'\($0)': \($0) | default(none)" }.joined(separator: ", ")
        return [program] + sources.flatMap { ["-i", $0] }
            + [
                "--one-line", "-m", "ansible.builtin.debug", "-a", "msg={{ {\(pairs)} | to_json }}",
                hosts.joined(separator: ","),
            ]
    }

    /// `web-1 | SUCCESS => {"changed": false, "msg": "{\"ansible_host\": \"10.0.0.1\"}"}`
    static func answer(_ line: String) -> (host: String, values: [AnsibleValue.Entry])? {
        guard let bar = line.firstRange(of: " | "), let arrow = line.firstRange(of: " => "),
            line[bar.upperBound..<arrow.lowerBound].hasPrefix("SUCCESS"),
            case .map(let result) = try? JSONText.value(of: Array(line[arrow.upperBound...].utf8)),
            let message = result.first(where: { $0.name == "msg" })?.value
        else { return nil }
        let host = String(line[..<bar.lowerBound])
        switch message {
        case .map(let values): return (host, values)
        case .string(let text):
            guard case .map(let values) = try? JSONText.value(of: Array(text.utf8)) else { return nil }
            return (host, values)
        default: return nil
        }
    }

    // MARK: Private

    private func output(_ argv: [String]) async throws(InventoryError) -> [UInt8] {
        do {
            return try await run(argv)
        } catch let error as DeployError {
            throw InventoryError([
                InventoryIssue(
                    error.message + (error.evidence.isEmpty ? "" : ": " + error.evidence.joined(separator: "; ")),
                    at: nil, hint: error.hint)
            ])
        } catch {
            throw InventoryError([InventoryIssue("`\(argv.joined(separator: " "))` failed: \(error)", at: nil)])
        }
    }
}
