import Synchronization

/// One target group as AWS would keep it: a state for each (id, port), which moves on only when the test says so.
///
/// It answers the calls of Elastic Load Balancing, EC2 and Auto Scaling that a rollout makes, on loopback. It checks no
/// signature and steers no traffic.
package final class AWSStandIn: Sendable {
    package struct Registration: Sendable, Hashable {
        package var id: String
        package var port: String
        package var zone: String?
        package var state: String
        package var reason: String?
        /// What overrides the state: `zonal_shift_active`.
        package var override: String?

        package init(
            id: String, port: String, zone: String? = nil, state: String, reason: String? = nil,
            override: String? = nil
        ) {
            self.id = id
            self.port = port
            self.zone = zone
            self.state = state
            self.reason = reason
            self.override = override
        }
    }

    package struct ScalingGroup: Sendable {
        package var instances: [String: String]
        package var minimum: Int
        package var desired: Int

        /// - Parameter instances: their lifecycle states by their ids.
        package init(instances: [String: String], minimum: Int, desired: Int) {
            self.instances = instances
            self.minimum = minimum
            self.desired = desired
        }
    }

    private struct State {
        var registrations: [Registration] = []
        var machines: [String] = []
        var attributes: [String: String] = [:]
        var settings: [String: String] = [:]
        var scaling: ScalingGroup?
        var calls: [String] = []
        var faults: [String: [ScriptedHTTPServer.Reply]] = [:]
        /// Answered once in the place of what is true.
        var staleHealth: [[Registration]] = []
    }

    package static let arn = "arn:aws:elasticloadbalancing:eu-north-1:123456789012:targetgroup/web/0123456789abcdef"

    private let state: Mutex<State>

    /// Healthy instances on port 3000.
    ///
    /// - Parameters:
    ///   - others: instances that exist and are not registered.
    ///   - attributes: of the group, besides a deregistration delay of 45 s.
    ///   - settings: what else `DescribeTargetGroups` says of it, such as `HealthCheckProtocol`.
    package init(
        instances: [String], others: [String] = [], attributes: [String: String] = [:],
        settings: [String: String] = [:]
    ) {
        state = Mutex(
            State(
                registrations: instances.map { Registration(id: $0, port: "3000", state: "healthy") },
                machines: instances + others, attributes: attributes, settings: settings))
    }

    /// The actions asked for, in their order; changes with the target: `DeregisterTargets i-1:3000`.
    package var calls: [String] { state.withLock { $0.calls } }

    package var registrations: [Registration] {
        get { state.withLock { $0.registrations } }
        set { state.withLock { $0.registrations = newValue } }
    }

    package var scaling: ScalingGroup? {
        get { state.withLock { $0.scaling } }
        set { state.withLock { $0.scaling = newValue } }
    }

    /// The next calls of an action get these replies instead of an answer.
    package func fail(_ action: String, with replies: ScriptedHTTPServer.Reply...) {
        state.withLock { $0.faults[action, default: []] += replies }
    }

    /// The next reading shows this.
    package func showOnce(_ stale: [Registration]) { state.withLock { $0.staleHealth.append(stale) } }

    /// Ends every deregistration delay, lets every first check pass, and every change of a lifecycle.
    package func moveOn() {
        state.withLock { state in
            state.registrations.removeAll { $0.state == "draining" }
            for index in state.registrations.indices where state.registrations[index].state == "initial" {
                state.registrations[index].state = "healthy"
                state.registrations[index].reason = nil
            }
            let next = ["EnteringStandby": "Standby", "Pending": "InService"]
            if var scaling = state.scaling {
                scaling.instances = scaling.instances.mapValues { next[$0] ?? $0 }
                state.scaling = scaling
            }
        }
    }

    package func reply(to request: ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Reply {
        let pairs = request.body.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let form = Dictionary(
            pairs.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }, uniquingKeysWith: { first, _ in first })
        let action = form["Action"] ?? ""
        return state.withLock { state in
            let target = form["Targets.member.1.Id"].map { " \($0):\(form["Targets.member.1.Port"] ?? "")" }
            let instance = action.hasSuffix("Standby") ? form["InstanceIds.member.1"].map { " " + $0 } : nil
            state.calls.append(action + (target ?? instance ?? ""))
            if var faults = state.faults[action], !faults.isEmpty {
                let fault = faults.removeFirst()
                state.faults[action] = faults
                return fault
            }
            guard let result = Self.result(action, form, &state) else {
                return .answer(400, body: "<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>")
            }
            let body = action == "DescribeInstances" ? result : "<\(action)Result>\(result)</\(action)Result>"
            return .answer(200, body: "<\(action)Response>\(body)</\(action)Response>")
        }
    }

    // MARK: Private

    private static func result(_ action: String, _ form: [String: String], _ state: inout State) -> String? {
        switch action {
        case "DescribeTargetGroups":
            return list(
                "TargetGroups",
                [
                    "<TargetGroupArn>\(arn)</TargetGroupArn><TargetType>instance</TargetType><Port>3000</Port>"
                        + "<HealthCheckPath>/healthz</HealthCheckPath><Matcher><HttpCode>200,204-206</HttpCode></Matcher>"
                        + "<HealthCheckIntervalSeconds>10</HealthCheckIntervalSeconds>"
                        + "<HealthyThresholdCount>5</HealthyThresholdCount><LoadBalancerArns><member>lb</member>"
                        + "</LoadBalancerArns>" + state.settings.map { "<\($0.key)>\($0.value)</\($0.key)>" }.joined()
                ])
        case "DescribeTargetGroupAttributes":
            let attributes = ["deregistration_delay.timeout_seconds": "45"].merging(state.attributes) { $1 }
            return list("Attributes", attributes.map { "<Key>\($0.key)</Key><Value>\($0.value)</Value>" })
        case "DescribeTargetHealth":
            let shown = state.staleHealth.isEmpty ? state.registrations : state.staleHealth.removeFirst()
            return list("TargetHealthDescriptions", shown.map(health))
        case "RegisterTargets", "DeregisterTargets":
            change(action, form, &state)
            return ""
        case "DescribeInstances":
            let asked = Set(form.filter { $0.key.hasPrefix("Filter.1.Value.") }.map(\.value))
            let items = state.machines.filter { id in
                switch form["Filter.1.Name"] {
                case "instance-id": asked.contains(id)
                case "private-ip-address": asked.contains("10.0.0.\(id.last ?? "0")")
                case "dns-name": asked.contains("\(id).example.com")
                default: false
                }
            }.map { id in
                "<item><instancesSet><item><instanceId>\(id)</instanceId><instanceState><name>running</name></instanceState>"
                    + "<placement><availabilityZone>eu-north-1\(id == "i-2" ? "b" : "a")</availabilityZone></placement>"
                    + "<dnsName>\(id).example.com</dnsName><privateIpAddress>10.0.0.\(id.last ?? "0")</privateIpAddress>"
                    + "</item></instancesSet></item>"
            }
            return "<reservationSet>\(items.joined())</reservationSet>"
        default: return scaling(action, form["InstanceIds.member.1"] ?? "", &state)
        }
    }

    private static func change(_ action: String, _ form: [String: String], _ state: inout State) {
        let id = form["Targets.member.1.Id"] ?? ""
        let port = form["Targets.member.1.Port"] ?? ""
        let known = state.registrations.firstIndex { $0.id == id && $0.port == port }
        if action == "RegisterTargets" {
            if let known, state.registrations[known].state != "draining" { return }
            if let known { state.registrations.remove(at: known) }
            state.registrations.append(
                Registration(
                    id: id, port: port, zone: form["Targets.member.1.AvailabilityZone"], state: "initial",
                    reason: "Elb.InitialHealthChecking"))
        } else if let known {
            state.registrations[known].state = "draining"
            state.registrations[known].reason = "Target.DeregistrationInProgress"
        }
    }

    private static func scaling(_ action: String, _ id: String, _ state: inout State) -> String? {
        switch action {
        case "DescribeAutoScalingInstances":
            let member = state.scaling?.instances[id].map {
                "<InstanceId>\(id)</InstanceId><AutoScalingGroupName>asg</AutoScalingGroupName>"
                    + "<LifecycleState>\($0)</LifecycleState>"
            }
            return list("AutoScalingInstances", member.map { [$0] } ?? [])
        case "DescribeAutoScalingGroups":
            let group = state.scaling.map {
                "<AutoScalingGroupName>asg</AutoScalingGroupName><MinSize>\($0.minimum)</MinSize>"
                    + "<DesiredCapacity>\($0.desired)</DesiredCapacity>"
                    + "<TargetGroupARNs><member>\(arn)</member></TargetGroupARNs>"
            }
            return list("AutoScalingGroups", group.map { [$0] } ?? [])
        case "EnterStandby", "ExitStandby":
            let isLeaving = action == "EnterStandby"
            state.scaling?.instances[id] = isLeaving ? "EnteringStandby" : "Pending"
            state.scaling?.desired += isLeaving ? -1 : 1
            let form = ["Targets.member.1.Id": id, "Targets.member.1.Port": "3000"]
            change(isLeaving ? "DeregisterTargets" : "RegisterTargets", form, &state)
            return ""
        default: return nil
        }
    }

    private static func list(_ name: String, _ members: [String]) -> String {
        "<\(name)>\(members.map { "<member>\($0)</member>" }.joined())</\(name)>"
    }

    private static func health(_ one: Registration) -> String {
        "<Target><Id>\(one.id)</Id><Port>\(one.port)</Port>"
            + (one.zone.map { "<AvailabilityZone>\($0)</AvailabilityZone>" } ?? "") + "</Target><TargetHealth>"
            + "<State>\(one.state)</State>" + (one.reason.map { "<Reason>\($0)</Reason>" } ?? "") + "</TargetHealth>"
            + (one.override.map { "<AdministrativeOverride><State>\($0)</State></AdministrativeOverride>" } ?? "")
    }
}
