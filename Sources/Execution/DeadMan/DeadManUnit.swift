/// The transient systemd unit that a dead-man switch runs in where it may: unlike a detached shell it is no part of the
/// session of our connection, whatever becomes of that.
struct DeadManUnit: Sendable, Hashable {
    /// Which systemd starts it, and by what right.
    enum Manager: Sendable, Hashable {
        /// The host's, as root.
        case root
        /// The host's, through sudo, for this account.
        case sudo(user: String)
        /// The account's own, which goes on without a session where it lingers (`loginctl enable-linger`).
        case own
    }

    var service: String
    /// The name of the switch's folder.
    var name: String
    /// Its path.
    var folder: String

    /// The command line (systemd-run(1)). The unit reads the `PATH` that steps see, on a line, and then its program from the
    /// FIFO `program` in its folder: neither is to be seen in what systemd shows of a unit.
    ///
    /// What steps start must outlive the unit, hence `KillMode=process`.
    func argv(_ manager: Manager) -> [String] {
        let entry: [String] =
            switch manager {
            case .root: ["systemd-run"]
            case .sudo(let user): ["sudo", "-n", "systemd-run", "--uid=\(user)"]
            case .own: ["systemd-run", "--user"]
            }
        return entry + [
            "--quiet", "--collect", "--no-ask-password", "--unit=deploy-\(name)",
            "--description=dead-man switch of \(service)", "--property=KillMode=process",
            "--property=StandardOutput=null", "--property=StandardError=null",
            "/bin/sh", "-c",
            #"exec <"$1/program" && IFS= read -r PATH && export PATH && exec /bin/sh -s -- "$1""#, "sh", folder,
        ]
    }
}
