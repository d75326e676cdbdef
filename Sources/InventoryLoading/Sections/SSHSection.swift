import DeployModel

/// `ssh`, of all hosts or of one host or group.
struct SSHSection {
    let context: ValidationContext

    func settings(_ reader: MapReader) -> SSHSettings {
        var settings = SSHSettings()
        settings.user = reader.value("user") { (text) throws(ScalarProblem) in
            guard NameRules.isUser(text) else { throw ScalarProblem("is not a user name: `\(text.shortened)`") }
            return text
        }
        settings.port = reader.integer("port", in: 1...65535)
        settings.configFile = configFile(reader)
        settings.route = route(reader)
        settings.identityFiles = paths("identity_file", reader)
        settings.isIdentitiesOnly = reader.boolean("identities_only")
        settings.passphraseCommand = secretCommand("passphrase_command", reader)
        settings.passwordCommand = secretCommand("password_command", reader)
        settings.sudoPasswordCommand = secretCommand("sudo_password_command", reader)
        settings.knownHostsFiles = paths("known_hosts", reader)
        settings.hostKeyChecking = reader.choice("host_key_checking")
        settings.connectTimeout = reader.duration("connect_timeout")
        settings.keepalive = keepalive(reader)
        return settings
    }

    // MARK: Private

    private func paths(_ key: String, _ reader: MapReader) -> [String]? {
        let directory = reader.entry(key).map { context.directory(at: $0.value.location) } ?? context.directory
        return reader.values(key) { (text) throws(ScalarProblem) in
            if text.isEmpty { throw ScalarProblem("has an empty path") }
            return LocalPath.keepingHome(text, in: directory)
        }
    }

    private func configFile(_ reader: MapReader) -> SSHSettings.ConfigFile? {
        reader.value("config") { (text) throws(ScalarProblem) in
            if text.isEmpty { throw ScalarProblem("has an empty path", hint: "`config: false` reads no ssh_config") }
            if text == "false" { return .ignored }
            return .file(LocalPath.keepingHome(text, in: context.directory(at: reader.location)))
        }
    }

    /// A host has one way: said here, it replaces both that a group or `ssh_config` may say.
    private func route(_ reader: MapReader) -> SSHSettings.Route? {
        let jump = reader.text("proxy_jump")
        // `$` and `%` are for the shell and for the tokens of ssh_config.
        let command = reader.verbatim("proxy_command")
        if let jump, let command, jump != "none", command != "none", let entry = reader.entry("proxy_command") {
            context.report(
                "`proxy_jump` and `proxy_command` exclude each other", at: entry.keyLocation,
                hint: "name the one that leads to the host")
        }
        if let jump, jump != "none" { return .jump(jump) }
        if let command, command != "none" { return .command(command) }
        return jump == nil && command == nil ? nil : .direct
    }

    private func secretCommand(_ key: String, _ reader: MapReader) -> SSHSettings.SecretCommand? {
        guard let command = StepActionReader(context: context).command(key, reader), let entry = reader.entry(key)
        else { return nil }
        return SSHSettings.SecretCommand(command, directory: context.directory(at: entry.value.location))
    }

    private func keepalive(_ reader: MapReader) -> SSHSettings.Keepalive? {
        guard let map = reader.map("keepalive", InventorySchema.keepalive) else { return nil }
        return SSHSettings.Keepalive(
            interval: map.duration("interval", atLeast: .seconds(1)) ?? .seconds(15),
            count: map.integer("count", in: 1...1000) ?? 3)
    }
}
