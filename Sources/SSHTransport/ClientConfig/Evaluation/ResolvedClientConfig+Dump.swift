/// The settings in the form of `ssh -G`.
extension ResolvedClientConfig {
    /// Lines of keyword and value, as `ssh -G` writes them, of the settings that count here.
    package var dump: [String] {
        var lines = [
            "user \(user.value)",
            "hostname \(hostName.value)",
            "port \(port.value)",
            "addressfamily \(addressFamily.value.rawValue)",
            "compression \(isCompressed.value ? "yes" : "no")",
            "identitiesonly \(isIdentitiesOnly.value ? "yes" : "no")",
            "stricthostkeychecking \(hostKeyChecking.value.rawValue)",
            "serveralivecountmax \(serverAliveCountMax.value)",
            "serveraliveinterval \(serverAliveInterval.value.components.seconds)",
        ]
        if let hostKeyAlias { lines.append("hostkeyalias \(hostKeyAlias.value)") }
        if let identityAgent { lines.append("identityagent \(identityAgent.value)") }
        lines += identityFiles.map { "identityfile \($0.value)" }
        lines += certificateFiles.map { "certificatefile \($0.value)" }
        lines.append("globalknownhostsfile \(Self.list(globalKnownHostsFiles.value))")
        lines.append("userknownhostsfile \(Self.list(userKnownHostsFiles.value))")
        lines.append("forwardagent \(agentForwarding.value)")
        lines.append("connecttimeout \(connectTimeout.value.map { String($0.components.seconds) } ?? "none")")
        if let proxyJump {
            lines.append("proxyjump \(proxyJump.value)")
        } else if let proxyCommand {
            lines.append("proxycommand \(proxyCommand.value)")
        }
        return lines
    }

    private static func list(_ files: [String]) -> String {
        files.isEmpty ? "none" : files.joined(separator: " ")
    }
}
