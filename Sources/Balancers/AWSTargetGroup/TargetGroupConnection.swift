import AWSClient
import DeployModel

/// One target group with the services that concern it.
struct TargetGroupConnection: Sendable {
    let pool: PoolID
    let group: ELBv2.TargetGroup
    let elb: ELBv2
    let ec2: EC2
    let autoScaling: AutoScaling
    /// How long AWS calls a deregistered target draining, whether anything is in flight or not.
    let deregistrationDelay: Duration
    let attributes: [String: String]
    /// Each zone's part of the balancer sends only to the targets of its own zone.
    let balancesZonesApart: Bool

    /// Finds the groups of a configuration. Changes nothing.
    ///
    /// - Throws: `.settings` where no region is known for a name; AWS's refusals.
    static func connect(
        _ configuration: AWSTargetGroupConfiguration, _ access: AWSAccess
    ) async throws(AWSError) -> (connections: [TargetGroupConnection], warnings: [String]) {
        let arns = configuration.groups.compactMap { TargetGroupARN($0.name) }
        let caller = try AWSCaller(
            access.surroundings, http: access.http, region: arns.first?.region, clock: access.clock)
        var connections: [TargetGroupConnection] = []
        for wanted in configuration.groups {
            let arn = TargetGroupARN(wanted.name)
            guard let region = arn?.region else {
                guard let region = await caller.region() else {
                    throw AWSError(
                        .settings, "there is no AWS region to look for the target group `\(wanted.name)` in",
                        hint: "write its ARN, which holds the region, or set AWS_REGION")
                }
                connections.append(try await connect(wanted, nil, region, caller))
                continue
            }
            connections.append(try await connect(wanted, arn, region, caller))
        }
        let pools = connections.map(\.pool)
        guard Set(pools).count == pools.count else {
            throw AWSError(
                .settings, "a target group is named twice: \(pools.map { "`\($0)`" }.joined(separator: ", "))")
        }
        return (connections, caller.warnings)
    }

    private static func connect(
        _ wanted: AWSTargetGroupConfiguration.Group, _ arn: TargetGroupARN?, _ region: String, _ caller: AWSCaller
    ) async throws(AWSError) -> TargetGroupConnection {
        let elb = ELBv2(try caller.client(.elasticLoadBalancing, region: region, endpoint: wanted.endpoint))
        let groups: [ELBv2.TargetGroup]
        do throws(AWSError) {
            groups =
                if let arn { try await elb.targetGroups([arn]) } else {
                    try await elb.targetGroups(named: [wanted.name])
                }
        } catch  where error.code == "TargetGroupNotFound" {
            throw AWSError(
                error.kind, "there is no target group `\(wanted.name)` in `\(region)`", evidence: error.evidence,
                hint: "`aws elbv2 describe-target-groups --region \(region)` lists them")
        }
        guard let group = groups.first else {
            throw AWSError(.unreadableAnswer, "AWS answers without the target group `\(wanted.name)`")
        }
        guard group.targetType == .instance || group.targetType == .ip else {
            throw AWSError(
                .settings, "`\(group.arn.name)` is a target group of type `\(group.targetType.rawValue)`",
                hint: "hosts are targets of type `instance` or `ip`")
        }
        let attributes = try await elb.attributes(of: group.arn)
        let delay = attributes["deregistration_delay.timeout_seconds"].flatMap { Int($0) } ?? 300
        return TargetGroupConnection(
            pool: PoolID(balancer: region, name: group.arn.name), group: group, elb: elb,
            ec2: EC2(try caller.client(.ec2, region: region, endpoint: wanted.endpoint)),
            autoScaling: AutoScaling(try caller.client(.autoScaling, region: region, endpoint: wanted.endpoint)),
            deregistrationDelay: .seconds(delay), attributes: attributes,
            balancesZonesApart: try await balancesZonesApart(group, attributes, elb))
    }

    /// The group's own word, else its balancer's: a network balancer's zones are apart unless it says otherwise, an
    /// application balancer's never.
    private static func balancesZonesApart(
        _ group: ELBv2.TargetGroup, _ attributes: [String: String], _ elb: ELBv2
    ) async throws(AWSError) -> Bool {
        let key = "load_balancing.cross_zone.enabled"
        if let own = attributes[key], own != "use_load_balancer_configuration" { return own == "false" }
        guard ["TCP", "UDP", "TCP_UDP", "TLS"].contains(group.protocol), let balancer = group.loadBalancerARNs.first
        else { return false }
        return try await elb.attributes(ofBalancer: balancer)[key] != "true"
    }

    var region: String { group.arn.region }

    /// What AWS needs to call a target healthy that was just registered, with room to spare.
    var enableTimeout: Duration {
        let check = group.healthCheck
        return max(.seconds(60), .seconds(check.intervalSeconds) * (check.healthyThreshold + 2) + .seconds(30))
            + slowStart
    }

    /// How long a healthy target is given less than its share.
    var slowStart: Duration {
        attributes["slow_start.duration_seconds"].flatMap { Int($0) }.map { .seconds($0) } ?? .zero
    }

    /// Whether this is one of the group's pools: itself, or one of its zones.
    func holds(_ pool: PoolID) -> Bool {
        pool == self.pool || pool.balancer == self.pool.balancer && pool.name.hasPrefix(self.pool.name + "@")
    }

    /// What a person can type to put a target back.
    func command(toRegister target: ELBv2.Target, _ member: AutoScaling.Member?) -> String {
        if let member {
            return "aws autoscaling exit-standby --region \(region) --auto-scaling-group-name \(member.group) "
                + "--instance-ids \(member.instanceID)"
        }
        let zone = target.availabilityZone.map { ",AvailabilityZone=\($0)" } ?? ""
        return "aws elbv2 register-targets --region \(region) --target-group-arn \(group.arn) "
            + "--targets Id=\(target.id),Port=\(target.port)\(zone)"
    }

    /// What a person should know before the start.
    func warnings(until end: BalancerConfiguration.DrainEnd) -> [String] {
        var warnings: [String] = []
        if group.loadBalancerARNs.isEmpty { warnings.append("no load balancer sends anything to `\(pool.name)`") }
        if !group.healthCheck.isEnabled {
            warnings.append("`\(pool.name)` has no health check: whether a host serves is only what its own check says")
        }
        if deregistrationDelay >= .seconds(300), end == .state {
            warnings.append(
                "`\(pool.name)` takes \(deregistrationDelay.components.seconds) s to drain a host, busy or not; to make it "
                    + "30 s: aws elbv2 modify-target-group-attributes --region \(region) --target-group-arn \(group.arn) "
                    + "--attributes Key=deregistration_delay.timeout_seconds,Value=30")
        }
        if balancesZonesApart {
            warnings.append("`\(pool.name)` balances each zone by itself: `min_in_service` holds for each zone")
        }
        if slowStart > .zero {
            warnings.append(
                "`\(pool.name)` starts slowly: each host is waited for \(slowStart.components.seconds) s longer")
        }
        return warnings
    }

    /// What EC2 knows of the machines behind registrations.
    func instances(behind targets: [ELBv2.Target]) async throws(AWSError) -> [EC2.Instance] {
        let ids = Set(targets.map(\.id)).sorted()
        return try await ec2.instances(by: group.targetType == .ip ? .privateAddress : .instanceID, ids)
    }
}
