import AWSClient
import DeployModel
import Synchronization

/// Members of Auto Scaling groups, and machines that no group holds yet.
extension AWSTargetGroupBalancer {
    /// The targets a host would be, where the groups do not hold it: in standby, deregistered, or never registered.
    func candidates(_ host: Host) async throws(DeployError) -> [TargetID] {
        var found: [TargetID] = []
        for connection in try await connections() {
            guard let finding = try await MachineSearch(host: host, connection: connection).find() else { continue }
            let scaling = try await DeployError.fromAWS { () throws(AWSError) in
                try await ScalingSurvey.make(of: [finding.target.id], in: connection)
            }
            found.append(
                memory.withLock { memory in
                    if let instance = finding.instance { memory.note([instance]) }
                    memory.scaling[connection.pool, default: ScalingSurvey()].merge(scaling)
                    let id = memory.id(of: finding.target, in: connection)
                    memory.candidates[id] = finding.target
                    return id
                })
        }
        return found
    }

    /// The target as a member of an Auto Scaling group that registers its instances in this target group, as it is now.
    func scalingMember(
        _ target: ELBv2.Target, _ connection: TargetGroupConnection
    ) async throws(DeployError) -> (AutoScaling.Member, AutoScaling.Group)? {
        let survey = try await DeployError.fromAWS { () throws(AWSError) in
            try await ScalingSurvey.make(of: [target.id], in: connection)
        }
        guard let member = survey.members[target.id], let group = survey.groups[member.group] else { return nil }
        return (member, group)
    }

    func enterStandby(
        _ member: AutoScaling.Member, _ group: AutoScaling.Group, _ connection: TargetGroupConnection
    ) async throws(DeployError) {
        switch member.lifecycleState {
        case "EnteringStandby", "Standby": return
        case "InService": break
        default: throw Self.unmovable(member, "cannot leave service from there", .notInService)
        }
        if let objection = ScalingSurvey.floor(of: group, region: connection.region).objection(toTaking: 1) {
            throw objection
        }
        try await DeployError.fromAWS { () throws(AWSError) in try await connection.autoScaling.enterStandby(member) }
    }

    /// On its way to standby an instance cannot be called back: that fails, and is tried again until it has arrived.
    func exitStandby(_ member: AutoScaling.Member, _ connection: TargetGroupConnection) async throws(DeployError) {
        switch member.lifecycleState {
        case "InService", "Pending", "Pending:Wait", "Pending:Proceed": return
        case "Standby": break
        case "EnteringStandby": throw Self.unmovable(member, "comes back once it has arrived there", .balancerFailed)
        default: throw Self.unmovable(member, "cannot be put in service from there", .balancerFailed)
        }
        try await DeployError.fromAWS { () throws(AWSError) in try await connection.autoScaling.exitStandby(member) }
    }

    private static func unmovable(
        _ member: AutoScaling.Member, _ consequence: String, _ code: DeployError.Code
    ) -> DeployError {
        DeployError(
            code,
            "`\(member.instanceID)` is `\(ForeignText.line(member.lifecycleState))` in the Auto Scaling group "
                + "`\(ForeignText.line(member.group))`, and \(consequence)")
    }
}
