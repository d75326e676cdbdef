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
        settings.identityFiles = paths("identity_file", reader)
        settings.isIdentitiesOnly = reader.boolean("identities_only")
        settings.knownHostsFiles = paths("known_hosts", reader)
        settings.hostKeyChecking = reader.choice("host_key_checking")
        settings.connectTimeout = reader.duration("connect_timeout")
        settings.keepalive = keepalive(reader)
        return settings
    }

    /// What holds where nothing is said: the known hosts beside the file, then the user's own.
    func defaults() -> SSHSettings {
        var settings = SSHSettings()
        settings.knownHostsFiles = [LocalPath.normalized(context.directory + "/known_hosts"), "~/.ssh/known_hosts"]
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

    private func keepalive(_ reader: MapReader) -> SSHSettings.Keepalive? {
        guard let map = reader.map("keepalive", InventorySchema.keepalive) else { return nil }
        return SSHSettings.Keepalive(
            interval: map.duration("interval", atLeast: .seconds(1)) ?? .seconds(15),
            count: map.integer("count", in: 1...1000) ?? 3)
    }
}
