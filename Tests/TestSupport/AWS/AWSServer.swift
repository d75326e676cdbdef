import Foundation

/// The stand-in for AWS (`Tests/Scripts/aws-stand-in`) as a process: real health checks, real times, real traffic, and
/// signatures verified by code of its own.
package struct AWSServer: Sendable {
    package struct Call: Sendable, Decodable {
        package var action: String
        package var status: Int
        package var code: String?
        package var user: String?
        package var fault: String?
        package var form: [String: String]?

        /// The action, with the target or the instance it is about: `DeregisterTargets i-1:3000`.
        package var sentence: String {
            let target = form?["Targets.member.1.Id"].map { " \($0):\(form?["Targets.member.1.Port"] ?? "")" }
            let instance = action.hasSuffix("Standby") ? form?["InstanceIds.member.1"].map { " " + $0 } : nil
            return action + (target ?? instance ?? "")
        }
    }

    package struct Registration: Sendable, Decodable, Equatable {
        package var id: String
        package var port: Int
        package var zone: String?
        package var state: String
    }

    package struct ScalingGroup: Sendable, Decodable {
        package var desired: Int
        package var lifecycle: [String: String]
    }

    private struct State: Decodable {
        var groups: [String: [Registration]]
        var scaling: [String: ScalingGroup]
    }

    package let url: String
    package let log: LabLog
    private let folder: String

    package static let accessKey = "AKIDLAB"
    package static let secret = "the lab's secret"

    package static func arn(of group: String, region: String = "eu-north-1") -> String {
        "arn:aws:elasticloadbalancing:\(region):123456789012:targetgroup/\(group)/0123456789abcdef"
    }

    /// Starts it, and answers once it can be asked.
    ///
    /// - Parameter parts: the parts of its configuration, as JSON; `world.py` says which there are.
    package static func start(in lab: Lab, _ parts: [String: String]) async throws -> AWSServer {
        let name = lab.uniqueName("aws")
        let folder = try lab.makeDirectory(name)
        let users = #"[{"key": "\#(accessKey)", "secret": "\#(secret)"}]"#
        let all = ["users": users].merging(parts) { $1 }
        let text = all.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",\n")
        let configuration = try lab.write("{\(text)}\n", to: "\(name)/world.json")
        let program = "\(Repository.root)/Tests/Scripts/aws-stand-in"
        let process = try lab.start(name, ["python3", "-B", program, configuration, folder])
        let ready = LabLog(path: "\(folder)/ready.json")
        let url = try await eventually("the stand-in for AWS", within: .seconds(20), log: process.log) {
            if let end = process.poll() {
                throw LabError("the stand-in for AWS ended: \(end)", logTail: process.log.tail())
            }
            return try? JSONDecoder().decode([String: String].self, from: ready.bytes)["url"]
        }
        return AWSServer(url: url, log: process.log, folder: folder)
    }

    /// Finds the stand-in with an IAM user's keys, and nothing else.
    package var environment: [String: String] {
        [
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": Self.accessKey, "AWS_SECRET_ACCESS_KEY": Self.secret,
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    /// Every call so far, in order.
    package var calls: [Call] {
        LabLog(path: "\(folder)/calls.jsonl").lines.compactMap {
            try? JSONDecoder().decode(Call.self, from: Data($0.utf8))
        }
    }

    /// The calls that were carried out and change something, as sentences.
    package var changes: [String] {
        let changing = ["RegisterTargets", "DeregisterTargets", "EnterStandby", "ExitStandby"]
        return calls.filter { changing.contains($0.action) && $0.status == 200 }.map(\.sentence)
    }

    package func registrations(in group: String = "web") throws -> [Registration] {
        try state().groups[group] ?? []
    }

    package func scalingGroup(_ name: String) throws -> ScalingGroup? { try state().scaling[name] }

    private func state() throws -> State {
        try JSONDecoder().decode(State.self, from: LabLog(path: "\(folder)/state.json").bytes)
    }
}
