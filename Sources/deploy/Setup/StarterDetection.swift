import InventoryLoading
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Looks through a folder, and a home, for what says how this application is deployed today. Nothing is run.
struct StarterDetection {
    let directory: String
    let home: String?
    /// Larger files are no scripts that a person wrote.
    private static let limitBytes = 256 << 10

    func detect(into starter: inout Starter) {
        for file in scripts {
            guard let text = text(directory + "/" + file) else { continue }
            starter.take(DeployScript(text), from: file)
        }
        takePackage(into: &starter)
        if starter.hosts.isEmpty { takeAnsible(into: &starter) }
        if starter.hosts.isEmpty, starter.ansible == nil { takeAliases(into: &starter) }
        starter.service = starter.service ?? starter.unit.flatMap(Starter.serviceName) ?? Starter.serviceName(directory)
    }

    /// The names of hosts in an ssh_config: no patterns, no services for code.
    static func aliases(in text: String) -> [String] {
        var aliases: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "=" }.map(String.init)
            guard words.first?.lowercased() == "host" else { continue }
            aliases += words.dropFirst().prefix { !$0.hasPrefix("#") }.filter { word in
                !word.contains { "*?!".contains($0) } && !["github.com", "gitlab.com", "bitbucket.org"].contains(word)
                    && !aliases.contains(word)
            }
        }
        return aliases
    }

    // MARK: Private

    /// `deploy-to-instance.sh` and its like, here and in the folders where scripts lie.
    private var scripts: [String] {
        ["", "scripts/", "bin/", "script/", "deploy/", "ops/"].flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/" + folder)) ?? []
            return names.sorted().filter { name in
                let isShell = name.hasSuffix(".sh") || !name.contains(".")
                return isShell && name.lowercased().contains("deploy")
            }.map { folder + $0 }
        }
    }

    private func takePackage(into starter: inout Starter) {
        guard let text = text(directory + "/package.json"), let package = try? JSONValue(parsing: text) else { return }
        var found: [String] = []
        if starter.service == nil, case .string(let name)? = package["name"], let service = Starter.serviceName(name) {
            starter.service = service
            found.append("the service `\(service)`")
        }
        if starter.install == nil {
            let hasLock = FileManager.default.fileExists(atPath: directory + "/package-lock.json")
            starter.install = hasLock ? "npm ci --omit=dev" : "npm install --omit=dev"
            found.append("the command `\(starter.install ?? "")`")
        }
        if starter.excludes.isEmpty, starter.source == nil || starter.source == "./" {
            starter.excludes = ["node_modules"]
        }
        if starter.build == nil, case .string? = package["scripts"]?["build"] {
            starter.build = "npm run build"
            found.append("the build `npm run build`")
        }
        if !found.isEmpty { starter.findings.append("`package.json`: " + found.joined(separator: ", ")) }
    }

    private func takeAnsible(into starter: inout Starter) {
        let candidates = [
            "inventory", "inventory.yml", "inventory.yaml", "inventory.ini", "hosts", "hosts.ini", "ansible/inventory",
            "ansible/inventory.yml", "ansible/inventory.ini", "ansible/hosts", "ansible/hosts.yml", "ansible/hosts.ini",
            "ansible/inventories/production", "inventories/production",
        ]
        guard
            let path = candidates.first(where: { path in
                FileManager.default.fileExists(atPath: directory + "/" + path)
                    && InventoryKind.of(directory + "/" + path) == .ansible
                    // The folder of an inventory of ours is none of Ansible's.
                    && !FileManager.default.fileExists(atPath: directory + "/" + path + "/hosts.yml")
            })
        else { return }
        starter.ansible = path
        starter.findings.append("`\(path)`: the hosts of this Ansible inventory")
    }

    private func takeAliases(into starter: inout Starter) {
        guard let home, let text = text(home + "/.ssh/config") else { return }
        let aliases = Self.aliases(in: text)
        guard !aliases.isEmpty, aliases.count <= 50 else { return }
        starter.hosts = aliases
        starter.findings.append(
            "`~/.ssh/config`: \(aliases.map { "`\($0)`" }.joined(separator: ", ")); take out what is not meant")
    }

    private func text(_ path: String) -> String? {
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= Self.limitBytes else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
