import DeployModel

/// Counts a host's established connections to a port, as the host sees them: ss(8) of iproute2.
enum ConnectionCount {
    static let script = "exec ss -Htn state established \"( sport = :$1 )\""
    static let presenceScript = "command -v ss >/dev/null"

    /// - Throws: `.preflightFailed` where the host cannot count.
    static func requireTool(on shell: any RemoteShell) async throws(DeployError) {
        let result = try await shell.run(script: presenceScript, arguments: [], asRoot: false, timeout: .seconds(10))
        guard !result.isSuccess else { return }
        throw DeployError(
            .preflightFailed, host: shell.host, "`ss`, which counts connections, is not installed",
            hint: "install iproute2, or write `drain: { until: state }`")
    }

    /// - Returns: `nil` where it cannot be told now.
    static func connections(to port: Int, on shell: any RemoteShell) async -> Int? {
        let result = try? await shell.run(
            script: script, arguments: ["\(port)"], asRoot: false, timeout: .seconds(10))
        guard let result, result.isSuccess else { return nil }
        return result.standardOutput.split(whereSeparator: \.isNewline).count
    }
}
