import AWSClient
import DeployModel

/// A target group's own health check, asked from the host's point of view.
enum TargetGroupHealthCheck {
    /// - Parameter ports: of the group's registrations.
    /// - Returns: `nil` where the group does not check.
    /// - Throws: `.invalidConfiguration` where the targets are checked on several ports.
    static func configuration(
        _ group: ELBv2.TargetGroup, registeredOn ports: Set<Int>
    ) throws(DeployError) -> HealthConfiguration? {
        guard group.healthCheck.isEnabled else { return nil }
        guard let port = try port(group, ports) else { return nil }
        let scheme = ["HTTP": "", "HTTPS": "https://"][group.healthCheck.protocol]
        // Of HTTP/2 and gRPC, which are not spoken here, what is left to ask is whether something listens.
        guard let scheme, [nil, "HTTP1"].contains(group.protocolVersion) else {
            return HealthConfiguration(check: .tcp(port: port))
        }
        var health = HealthConfiguration(
            check: .http(url: "\(scheme):\(port)\(group.healthCheck.path ?? "/")", headers: [:]),
            expectedStatuses: statuses(group.healthCheck.matcher))
        // AWS does not look at a target's certificate either.
        health.verifiesCertificate = false
        return health
    }

    /// Reads `200`, `200-299,301`; what cannot be read is AWS's own default, 200.
    static func statuses(_ matcher: String?) -> [ClosedRange<Int>] {
        let ranges = (matcher ?? "200").split(separator: ",").compactMap { part -> ClosedRange<Int>? in
            let ends = part.split(separator: "-").compactMap { Int($0.filter { !$0.isWhitespace }) }
            guard let low = ends.first, let high = ends.last, (1...2).contains(ends.count), low <= high else {
                return nil
            }
            return low...high
        }
        return ranges.isEmpty ? [200...200] : ranges
    }

    // MARK: Private

    private static func port(_ group: ELBv2.TargetGroup, _ ports: Set<Int>) throws(DeployError) -> Int? {
        if let port = Int(group.healthCheck.port) { return port }
        guard ports.count <= 1 else {
            let list = ports.sorted().map(String.init).joined(separator: ", ")
            throw DeployError(
                .invalidConfiguration,
                "the targets of `\(group.arn.name)` are on several ports (\(list)), so its health check is not one for all",
                hint: "declare `health` in the inventory")
        }
        return ports.first ?? group.port
    }
}
