import DeployModel

/// `balancer.nginx`.
struct NginxSection {
    let section: BalancerSection

    func configuration(_ reader: MapReader) -> NginxConfiguration? {
        let mode = reader.choice("mode", of: NginxConfiguration.Mode.self) ?? .reload
        reader.require("upstream", hint: "the name of the `upstream` block that holds the hosts")
        let names = reader.values("hosts") { (text) throws(ScalarProblem) in try section.host(text) } ?? []
        section.reportRepeated(names, reader)
        let upstream = reader.value("upstream") { (text) throws(ScalarProblem) in
            let name = Placeholders.fill(text, host: nil, release: nil, service: section.inventory.service)
            guard NameRules.isBackend(name) else {
                throw ScalarProblem("is not the name of an upstream: `\(text.shortened)`")
            }
            return name
        }
        let file = path("file", reader, isLocal: names.isEmpty)
        switch mode {
        case .reload:
            reader.require("file", hint: "the file with the upstream's `server` lines, which `deploy` changes")
        case .passive:
            for key in ["file", "hosts", "pid_file", "command", "sudo"] {
                guard let entry = reader.entry(key) else { continue }
                section.context.report(
                    "`\(key)` has no effect with `mode: passive`", at: entry.keyLocation,
                    hint: "nginx is neither asked nor changed")
            }
        }
        guard let upstream, mode == .passive || file != nil else { return nil }
        var configuration = NginxConfiguration(mode: mode, hosts: names, upstream: upstream, file: file)
        configuration.pidFile = path("pid_file", reader, isLocal: names.isEmpty) ?? configuration.pidFile
        configuration.command = command(reader) ?? configuration.command
        configuration.usesSudo = reader.boolean("sudo") ?? configuration.usesSudo
        return configuration
    }

    // MARK: Private

    private func path(_ key: String, _ reader: MapReader, isLocal: Bool) -> String? {
        reader.value(key) { (text) throws(ScalarProblem) in
            if text.hasPrefix("/") { return LocalPath.normalized(text) }
            guard isLocal, !text.isEmpty else {
                throw ScalarProblem("must be an absolute path on its host, not `\(text.shortened)`")
            }
            let context = section.context
            return LocalPath.absolute(
                text, in: context.directory(at: reader.location), home: context.environment["HOME"])
        }
    }

    /// How nginx is called: always an argv, as `-t` and `-s reload` are added to it.
    private func command(_ reader: MapReader) -> [String]? {
        reader.values("command") { (text) throws(ScalarProblem) in
            if text.isEmpty { throw ScalarProblem("holds an empty word") }
            return text
        }
    }
}
