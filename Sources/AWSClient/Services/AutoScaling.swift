/// The calls of Auto Scaling by which an instance leaves its group's traffic and comes back without being replaced.
package struct AutoScaling: Sendable {
    private let client: QueryClient

    package init(_ client: QueryClient) { self.client = client }

    package struct Member: Sendable, Hashable {
        package var instanceID: String
        package var group: String
        /// `InService`, `EnteringStandby`, `Standby`, `Pending` and so on.
        package var lifecycleState: String
    }

    package struct Group: Sendable, Hashable {
        package var name: String
        package var minimumSize: Int
        package var desiredCapacity: Int
        /// Where it registers its instances.
        package var targetGroupARNs: [String]
        /// It has several zones, and nobody has suspended that it evens them out.
        package var mayRebalance: Bool
    }

    /// Those of the instances that belong to a group.
    package func members(among instanceIDs: [String]) async throws(AWSError) -> [Member] {
        var members: [Member] = []
        var rest = instanceIDs[...]
        // As many as AWS takes in one call.
        while !rest.isEmpty {
            var request = QueryRequest("DescribeAutoScalingInstances")
            request.set("InstanceIds", members: Array(rest.prefix(50)))
            rest = rest.dropFirst(50)
            let answer = try await client.call(request)
            for item in answer.list("DescribeAutoScalingInstancesResult", "AutoScalingInstances") {
                guard let id = item.text("InstanceId"), let group = item.text("AutoScalingGroupName") else { continue }
                members.append(
                    Member(instanceID: id, group: group, lifecycleState: item.text("LifecycleState") ?? ""))
            }
        }
        return members
    }

    package func group(named name: String) async throws(AWSError) -> Group? {
        var request = QueryRequest("DescribeAutoScalingGroups")
        request.set("AutoScalingGroupNames", members: [name])
        let answer = try await client.call(request)
        for item in answer.list("DescribeAutoScalingGroupsResult", "AutoScalingGroups") {
            guard item.text("AutoScalingGroupName") == name, let minimum = item.text("MinSize").flatMap({ Int($0) }),
                let desired = item.text("DesiredCapacity").flatMap({ Int($0) })
            else { continue }
            return Group(
                name: name, minimumSize: minimum, desiredCapacity: desired,
                targetGroupARNs: item.list("TargetGroupARNs").map(\.text),
                mayRebalance: item.list("AvailabilityZones").count > 1
                    && !item.list("SuspendedProcesses").contains { $0.text("ProcessName") == "AZRebalance" })
        }
        return nil
    }

    /// Takes an instance out of the traffic of all its group's target groups, and lowers the desired capacity by one, so
    /// that none is launched in its place. Not idempotent: look at the lifecycle state first.
    package func enterStandby(_ member: Member) async throws(AWSError) {
        var request = Self.request("EnterStandby", member)
        request.set("ShouldDecrementDesiredCapacity", "true")
        _ = try await client.call(request)
    }

    /// Lets it in again, and raises the desired capacity by one. Not idempotent: look at the lifecycle state first.
    package func exitStandby(_ member: Member) async throws(AWSError) {
        _ = try await client.call(Self.request("ExitStandby", member))
    }

    private static func request(_ action: String, _ member: Member) -> QueryRequest {
        var request = QueryRequest(action)
        request.set("AutoScalingGroupName", member.group)
        request.set("InstanceIds", members: [member.instanceID])
        request.isRepeatable = false
        request.maximumAttempts = 8
        return request
    }
}
