import DeployModel

/// What a starter file is made of: from flags, from what lies in the folder, and from a person.
struct Starter: Equatable {
    var service: String?
    var hosts: [String] = []
    var user: String?
    var identityFile: String?
    var source: String?
    var destination: String?
    /// The directory that the service runs in today, where a script has put it.
    var link: String?
    var excludes: [String] = []
    var unit: String?
    var install: String?
    var build: String?
    var health: String?
    var ansible: String?
    /// What was taken from where, as sentences.
    var findings: [String] = []

    /// Adds what a script says where nothing is said yet.
    mutating func take(_ script: DeployScript, from file: String) {
        var found: [String] = []
        func take(_ field: WritableKeyPath<Starter, String?>, _ value: String?, _ name: String) {
            guard self[keyPath: field] == nil, let value, !value.isEmpty else { return }
            self[keyPath: field] = value
            found.append("\(name) `\(value)`")
        }
        if hosts.isEmpty, !script.hosts.isEmpty {
            hosts = script.hosts
            found.append(
                "\(hosts.count == 1 ? "the host" : "the hosts") \(hosts.map { "`\($0)`" }.joined(separator: ", "))")
        }
        take(\.user, script.user, "the user")
        take(\.identityFile, script.identityFile, "the key")
        take(\.source, script.source.map { $0 == "." || $0 == "*" ? "./" : $0 }, "the source")
        take(\.link, script.destination?.hasPrefix("/") == true ? script.destination : nil, "the directory")
        if excludes.isEmpty, !script.excludes.isEmpty {
            excludes = script.excludes
            found.append("what is left out")
        }
        take(\.unit, script.units.first, "the unit")
        take(\.install, script.installs.first, "the command")
        take(\.health, script.healthPath, "the health check")
        if !found.isEmpty { findings.append("`\(file)`: " + found.joined(separator: ", ")) }
    }

    /// A name that a service can have, made of any text.
    static func serviceName(_ text: String) -> String? {
        let base = text.split(separator: "/").last.map(String.init) ?? ""
        let name = base.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let trimmed = String(name).drop { $0 == "-" }.reversed().drop { $0 == "-" }.reversed()
        return trimmed.isEmpty ? nil : String(String(trimmed).prefix(63))
    }

    /// Names for addresses: a short name stays, addresses are counted.
    var namedHosts: [(name: String, address: String?)] {
        var count = 0
        return hosts.map { host in
            let isName = !host.contains(".") && !host.contains(":") && HostName(host) != nil
            if isName { return (host, nil) }
            count += 1
            return ("web-\(count)", host)
        }
    }
}
