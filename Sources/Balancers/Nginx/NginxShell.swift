import DeployModel

/// Runs a script where an nginx runs: on one of the inventory's hosts, or on this machine.
struct NginxShell: Sendable {
    enum Place: Sendable {
        case host(HostName, BalancerHosts.Shell)
        case here(any LocalCommands)
    }

    let place: Place
    /// Run as root, through `sudo -n` where that is somebody else.
    let usesSudo: Bool

    var host: HostName? {
        if case .host(let name, _) = place { name } else { nil }
    }

    func run(
        _ script: String, _ arguments: [String], timeout: Duration
    ) async throws(DeployError) -> CommandResult {
        switch place {
        case .host(let name, let connect):
            return try await connect(name)
                .run(script: script, arguments: arguments, asRoot: usesSudo, timeout: timeout)
        case .here(let commands):
            let words = usesSudo ? [Self.becomingRoot, "sh", script] : [script, "sh"]
            return try await commands.run(
                .argv(["/bin/sh", "-c"] + words + arguments), directory: "/", environment: [:], timeout: timeout,
                output: nil)
        }
    }

    /// `SCRIPT ARGUMENT…`: runs a script as root; root itself may have no `sudo`.
    static let becomingRoot = """
        script=$1
        shift
        if [ "$(id -u)" -eq 0 ]; then exec /bin/sh -c "$script" sh "$@"; fi
        exec sudo -n /bin/sh -c "$script" sh "$@"
        """
}
