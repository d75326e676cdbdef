import Foundation
import TestSupport

@testable import SSHTransport

/// What OpenSSH itself makes of a configuration: `ssh -G -F FILE HOST`, and our answer in the same form.
struct OpenSSHConfig {
    /// The keys that are compared.
    static let keys: Set<String> = [
        "hostname", "port", "user", "identityfile", "identitiesonly", "identityagent", "certificatefile", "proxyjump",
        "proxycommand", "userknownhostsfile", "globalknownhostsfile", "stricthostkeychecking", "connecttimeout",
        "serveraliveinterval", "serveralivecountmax", "hostkeyalias", "addressfamily", "compression", "forwardagent",
    ]

    /// Values by key, in their order; nil: the configuration was refused.
    typealias Answer = [String: [String]]?

    let lab: Lab

    /// - Returns: OpenSSH's answer, and what it said beside it.
    func theirs(_ path: String, host: String) async throws -> (answer: Answer, messages: String) {
        let result = try await lab.command(["ssh", "-G", "-F", path, host])
        return (
            result.succeeded ? Self.values(result.text.split(separator: "\n").map(String.init)) : nil, result.errorText
        )
    }

    func ours(_ path: String, host: String) async -> (answer: Answer, messages: String) {
        let environment = ClientConfigEnvironment.current(variables: lab.environment, withholding: [])
        do {
            let config = try ClientConfig.load(path: path, for: environment)
            var query = ClientConfigQuery(host: host)
            if let at = host.lastIndex(of: "@") {
                query = ClientConfigQuery(
                    host: String(host[host.index(after: at)...]), user: String(host[..<at]))
            }
            let resolved = try await ClientConfigResolver(config, environment: environment).resolve(query)
            return (Self.values(resolved.dump), "")
        } catch {
            return (nil, "\(error)")
        }
    }

    private static func values(_ lines: [String]) -> [String: [String]] {
        var values: [String: [String]] = [:]
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 1)
            guard let key = words.first.map(String.init), keys.contains(key) else { continue }
            values[key, default: []].append(words.count == 2 ? String(words[1]) : "")
        }
        return values
    }
}
