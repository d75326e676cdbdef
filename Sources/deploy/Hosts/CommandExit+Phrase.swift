import DeployModel
import Reporting

extension CommandResult.Exit {
    /// How it ended, after the name of a host or a command: `ended with status 3`.
    var phrase: String {
        switch self {
        case .status(let status): "ended with status \(status)"
        case .signal(let name): "was ended by SIG\(name)"
        case .timedOut(let limit, let isConfirmed): Self.timeout("did not end within", limit, isConfirmed)
        case .idleTimedOut(let limit, let isConfirmed): Self.timeout("printed nothing for", limit, isConfirmed)
        case .endedEarly: "was not run to its end by the account's shell"
        }
    }

    private static func timeout(_ what: String, _ limit: Duration, _ isConfirmed: Bool) -> String {
        "\(what) \(ReadableDuration.text(limit))" + (isConfirmed ? " and was ended" : "; it may still be running")
    }
}
