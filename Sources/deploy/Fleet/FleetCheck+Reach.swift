import DeployModel
import Execution

extension FleetCheck {
    /// For an inventory that says which hosts there are, and not what is deployed to them.
    ///
    /// - Parameters:
    ///   - answers: of ``HostReach/argv``, in the order of the hosts.
    ///   - seconds: since 1970, by this machine's clock.
    init(_ answers: [(host: HostName, value: ExecResult)], seconds: Int64) {
        self.init()
        looksAtHostsOnly = true
        add(
            nil, "here", .warning, "the inventory has no `release`: only the hosts themselves were looked at",
            "for all that a rollout needs, `deploy check` wants a `hosts.yml`")
        for (host, answer) in answers {
            switch answer {
            case .failed(let error): add(host, "ssh", .problem, error.message, error.hint)
            case .ended(_, let output, let errors):
                guard let reach = HostReach(answer: output) else {
                    let said = errors.isEmpty ? output : errors
                    add(host, "ssh", .problem, "the host does not answer as a shell does: `\(said.firstLine)`")
                    continue
                }
                add(host, reach, offset: .seconds(reach.seconds - seconds))
            }
        }
    }

    // MARK: Private

    private mutating func add(_ host: HostName, _ reach: HostReach, offset: Duration) {
        add(host, "ssh", .good, "logs in as \(reach.loginUser)")
        if reach.rsyncIsUsable {
            add(host, "rsync", .good, reach.rsync)
        } else {
            let found = reach.rsync.isEmpty ? "there is no rsync" : "its rsync is not usable: `\(reach.rsync)`"
            add(host, "rsync", .problem, found, "install rsync on the host")
        }
        if !reach.canBecomeRoot {
            add(host, "sudo", .warning, "\(reach.loginUser) does not become root without a password")
        }
        addClock(host, offset)
    }
}

extension String {
    /// At most 80 characters of it.
    fileprivate var firstLine: String { String((split(whereSeparator: \.isNewline).first ?? "").prefix(80)) }
}
