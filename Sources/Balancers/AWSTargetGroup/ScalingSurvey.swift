import AWSClient
import DeployModel

/// The Auto Scaling groups that register their instances in one target group, and who belongs to them.
struct ScalingSurvey: Sendable {
    /// By the instance's id.
    private(set) var members: [String: AutoScaling.Member] = [:]
    private(set) var groups: [String: AutoScaling.Group] = [:]

    /// Asks who of the instances is a member of a group that feeds the target group.
    static func make(
        of instanceIDs: [String], in connection: TargetGroupConnection
    ) async throws(AWSError) -> ScalingSurvey {
        var survey = ScalingSurvey()
        guard connection.group.targetType == .instance, !instanceIDs.isEmpty else { return survey }
        let members = try await connection.autoScaling.members(among: Set(instanceIDs).sorted())
        for name in Set(members.map(\.group)).sorted() {
            guard let group = try await connection.autoScaling.group(named: name),
                group.targetGroupARNs.contains(connection.group.arn.text)
            else { continue }
            survey.groups[name] = group
        }
        for member in members where survey.groups[member.group] != nil { survey.members[member.instanceID] = member }
        return survey
    }

    /// Adds what was learnt later.
    mutating func merge(_ other: ScalingSurvey) {
        members.merge(other.members) { $1 }
        groups.merge(other.groups) { $1 }
    }

    /// What an instance that is in service may leave only as far as there is room.
    func floor(under instanceID: String, region: String) -> CapacityFloor? {
        guard let member = members[instanceID], member.lifecycleState == "InService", let group = groups[member.group]
        else { return nil }
        return Self.floor(of: group, region: region)
    }

    /// Standby lowers the desired capacity by one, which may not fall below MinSize.
    static func floor(of group: AutoScaling.Group, region: String) -> CapacityFloor {
        let name = ForeignText.line(group.name)
        return CapacityFloor(
            owner: "the Auto Scaling group `\(name)`", current: group.desiredCapacity, minimum: group.minimumSize,
            minimumName: "MinSize",
            loweringCommand: "aws autoscaling update-auto-scaling-group --region \(region) "
                + "--auto-scaling-group-name \(name) --min-size")
    }

    /// What a person should know before the start.
    func warnings(region: String) -> [String] {
        groups.values.filter(\.mayRebalance).map(\.name).sorted().map { name in
            "the Auto Scaling group `\(ForeignText.line(name))` may launch instances to even out its zones while a host is in "
                + "standby; to keep it from that: aws autoscaling suspend-processes --region \(region) "
                + "--auto-scaling-group-name \(ForeignText.line(name)) --scaling-processes AZRebalance"
        }
    }
}
