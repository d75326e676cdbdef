import DeployModel
import Reporting

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who runs `deploy`, as others shall read it on the hosts.
struct Caller: Hashable {
    /// The account and the machine, or the account of the CI.
    var who: String
    /// The page of the CI job.
    var link: String?

    init(environment: [String: String], user: String, machine: String) {
        let account =
            ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILDKITE_BUILD_CREATOR", "CIRCLE_USERNAME"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty } ?? user
        who = Self.plain("\(account)@\(machine)")
        link = Self.link(environment).map(Self.plain)
    }

    static func current(_ environment: [String: String]) -> Caller {
        Caller(
            environment: environment, user: environment["USER"] ?? environment["LOGNAME"] ?? "unknown",
            machine: ProcessInfo.processInfo.hostName)
    }

    /// As most tools read it: `CI` is set, and not `false` or `0`.
    static func isCI(_ environment: [String: String]) -> Bool {
        !["", "false", "0"].contains(environment["CI"] ?? "")
    }

    // MARK: Private

    private static func link(_ environment: [String: String]) -> String? {
        if let server = environment["GITHUB_SERVER_URL"], let repository = environment["GITHUB_REPOSITORY"],
            let run = environment["GITHUB_RUN_ID"]
        {
            return "\(server)/\(repository)/actions/runs/\(run)"
        }
        return ["CI_JOB_URL", "BUILD_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    /// What others' terminals show must not act on them, and must fit into a record.
    private static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.filter { $0.properties.generalCategory != .control && $0 != " " }.prefix(200).map(
                Character.init))
    }
}
