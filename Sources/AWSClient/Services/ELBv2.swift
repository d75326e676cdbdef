/// The calls of Elastic Load Balancing, version 2, that concern target groups.
package struct ELBv2: Sendable {
    private let client: QueryClient

    package init(_ client: QueryClient) { self.client = client }

    package struct TargetGroup: Sendable, Hashable {
        package enum TargetType: String, Sendable, Hashable {
            case instance, ip, lambda, alb
        }

        package var arn: TargetGroupARN
        package var targetType: TargetType
        package var `protocol`: String
        /// `HTTP1`, `HTTP2` or `GRPC`; `nil` for a network balancer's group.
        package var protocolVersion: String?
        package var port: Int?
        package var healthCheck: HealthCheck
        /// Empty: no listener sends anything here.
        package var loadBalancerARNs: [String]
    }

    package struct HealthCheck: Sendable, Hashable {
        package var isEnabled: Bool
        package var `protocol`: String
        /// A number, or `traffic-port`.
        package var port: String
        package var path: String?
        /// The statuses that are healthy, as `200-299,301`; `nil` without HTTP.
        package var matcher: String?
        package var intervalSeconds: Int
        package var healthyThreshold: Int
    }

    /// A registration: AWS's unit is the id with the port, and not the machine.
    package struct Target: Sendable, Hashable {
        package var id: String
        package var port: Int
        /// Of an address outside the group's network, or `all`; given back as it was found.
        package var availabilityZone: String?

        package init(id: String, port: Int, availabilityZone: String? = nil) {
            self.id = id
            self.port = port
            self.availabilityZone = availabilityZone
        }
    }

    package struct TargetHealth: Sendable, Hashable {
        package var target: Target
        package var state: String
        package var reason: String?
        package var description: String?
        /// What overrides the state for a time: `no_override`, `zonal_shift_active`, `zonal_shift_delegated_to_dns`.
        package var override: String?

        package init(
            target: Target, state: String, reason: String? = nil, description: String? = nil, override: String? = nil
        ) {
            self.target = target
            self.state = state
            self.reason = reason
            self.description = description
            self.override = override
        }

        /// A zonal shift keeps new traffic from the target, whatever its state.
        package var isShiftedAway: Bool { override?.hasPrefix("zonal_shift") == true }
    }

    // MARK: Reading

    package func targetGroups(named names: [String]) async throws(AWSError) -> [TargetGroup] {
        var request = QueryRequest("DescribeTargetGroups")
        request.set("Names", members: names)
        return try await targetGroups(request)
    }

    package func targetGroups(_ arns: [TargetGroupARN]) async throws(AWSError) -> [TargetGroup] {
        var request = QueryRequest("DescribeTargetGroups")
        request.set("TargetGroupArns", members: arns.map(\.text))
        return try await targetGroups(request)
    }

    /// A group's settings by AWS's keys, such as `deregistration_delay.timeout_seconds`.
    package func attributes(of group: TargetGroupARN) async throws(AWSError) -> [String: String] {
        let answer = try await client.call(Self.request("DescribeTargetGroupAttributes", group))
        return answer.list("DescribeTargetGroupAttributesResult", "Attributes").reduce(into: [:]) { result, member in
            if let key = member.text("Key") { result[key] = member["Value"]?.text ?? "" }
        }
    }

    /// A balancer's settings by AWS's keys.
    package func attributes(ofBalancer arn: String) async throws(AWSError) -> [String: String] {
        var request = QueryRequest("DescribeLoadBalancerAttributes")
        request.set("LoadBalancerArn", arn)
        let answer = try await client.call(request)
        return answer.list("DescribeLoadBalancerAttributesResult", "Attributes").reduce(into: [:]) { result, member in
            if let key = member.text("Key") { result[key] = member["Value"]?.text ?? "" }
        }
    }

    /// Every registration of a group, in one reading.
    package func health(of group: TargetGroupARN) async throws(AWSError) -> [TargetHealth] {
        let answer = try await client.call(Self.request("DescribeTargetHealth", group))
        var healths: [TargetHealth] = []
        for member in answer.list("DescribeTargetHealthResult", "TargetHealthDescriptions") {
            guard let id = member.text("Target", "Id"), let port = member.text("Target", "Port").flatMap({ Int($0) }),
                let state = member.text("TargetHealth", "State")
            else {
                throw AWSError(
                    .unreadableAnswer, "the answer to `DescribeTargetHealth` has a target without id, port or state")
            }
            let target = Target(id: id, port: port, availabilityZone: member.text("Target", "AvailabilityZone"))
            healths.append(
                TargetHealth(
                    target: target, state: state, reason: member.text("TargetHealth", "Reason"),
                    description: member.text("TargetHealth", "Description"),
                    override: member.text("AdministrativeOverride", "State")))
        }
        return healths
    }

    // MARK: Changing

    /// Idempotent. AWS has accepted it when this returns, and no more.
    package func register(_ target: Target, in group: TargetGroupARN) async throws(AWSError) {
        try await change("RegisterTargets", target, group)
    }

    /// Idempotent. AWS has accepted it when this returns, and no more.
    package func deregister(_ target: Target, from group: TargetGroupARN) async throws(AWSError) {
        try await change("DeregisterTargets", target, group)
    }

    // MARK: Private

    private static func request(_ action: String, _ group: TargetGroupARN) -> QueryRequest {
        var request = QueryRequest(action)
        request.set("TargetGroupArn", group.text)
        return request
    }

    private func change(_ action: String, _ target: Target, _ group: TargetGroupARN) async throws(AWSError) {
        var request = Self.request(action, group)
        request.set("Targets.member.1.Id", target.id)
        request.set("Targets.member.1.Port", String(target.port))
        request.set("Targets.member.1.AvailabilityZone", target.availabilityZone)
        request.maximumAttempts = 8
        _ = try await client.call(request)
    }

    private func targetGroups(_ request: QueryRequest) async throws(AWSError) -> [TargetGroup] {
        var groups: [TargetGroup] = []
        var request = request
        var seenMarkers: Set<String> = []
        while true {
            let answer = try await client.call(request)
            for member in answer.list("DescribeTargetGroupsResult", "TargetGroups") {
                groups.append(try Self.group(member))
            }
            // A marker that comes again would lead round and round.
            guard let marker = answer.text("DescribeTargetGroupsResult", "NextMarker"),
                seenMarkers.insert(marker).inserted
            else { return groups }
            request.replace("Marker", marker)
        }
    }

    private static func group(_ member: AnswerElement) throws(AWSError) -> TargetGroup {
        guard let arn = member.text("TargetGroupArn").flatMap(TargetGroupARN.init),
            let type = member.text("TargetType").flatMap(TargetGroup.TargetType.init)
        else {
            throw AWSError(.unreadableAnswer, "the answer to `DescribeTargetGroups` has a group without ARN or type")
        }
        func number(_ name: String) -> Int? { member.text(name).flatMap { Int($0) } }
        let check = HealthCheck(
            isEnabled: member.text("HealthCheckEnabled") != "false",
            protocol: member.text("HealthCheckProtocol") ?? "HTTP",
            port: member.text("HealthCheckPort") ?? "traffic-port", path: member.text("HealthCheckPath"),
            matcher: member.text("Matcher", "HttpCode"), intervalSeconds: number("HealthCheckIntervalSeconds") ?? 30,
            healthyThreshold: number("HealthyThresholdCount") ?? 5)
        return TargetGroup(
            arn: arn, targetType: type, protocol: member.text("Protocol") ?? "",
            protocolVersion: member.text("ProtocolVersion"), port: number("Port"), healthCheck: check,
            loadBalancerARNs: member.list("LoadBalancerArns").map(\.text))
    }
}
