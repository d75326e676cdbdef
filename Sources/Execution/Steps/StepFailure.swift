import DeployModel

/// What the end of a step's command means.
enum StepFailure {
    /// The error for a command that did not end with status 0; `nil` for one that did.
    ///
    /// - Parameter user: the account of the connection, for the line that sudo's rules lack.
    static func error(
        _ result: CommandResult, of step: Step, on host: HostName?, user: String, evidence: [String]
    ) -> DeployError? {
        let code: DeployError.Code
        let what: String
        switch result.exit {
        case .status(0):
            return nil
        case .status(StepScripts.statusOfOtherRelease) where step.isOfUnit:
            (code, what) = (.stepFailed, "succeeded, and the service does not run the new release")
        case .status(let status):
            (code, what) = (.stepFailed, "ended with status \(status)")
        case .signal(let name):
            (code, what) = (.stepFailed, "was ended by signal \(name)")
        case .timedOut(let limit, let isConfirmed):
            (code, what) = (.stepTimedOut, "took longer than \(ReadableDuration.text(limit))\(leftovers(isConfirmed))")
        case .idleTimedOut(let limit, let isConfirmed):
            (code, what) = (
                .stepTimedOut, "printed nothing for \(ReadableDuration.text(limit))\(leftovers(isConfirmed))"
            )
        case .endedEarly:
            (code, what) = (.stepFailed, "did not run to its end: the shell was gone before")
        }
        let isLocal = if case .local = step.action { true } else { false }
        return DeployError(
            isLocal ? .localCommandFailed : code, host: host, "step `\(step.name)` \(what)", evidence: evidence,
            hint: hint(result, step, user))
    }

    // MARK: Private

    private static func leftovers(_ isConfirmed: Bool) -> String {
        isConfirmed ? " and was ended" : "; it could not be ended for certain and may still be running"
    }

    private static func hint(_ result: CommandResult, _ step: Step, _ user: String) -> String? {
        if let hint = sudoHint(result, step, user) { return hint }
        switch result.exit {
        case .status(StepScripts.statusOfOtherRelease) where step.isOfUnit:
            return "the unit's `WorkingDirectory` should be the link to the live release, not a release's own directory"
        case .status(126):
            return "the file is not executable, or its interpreter is not"
        case .status(127) where step.shell == .sh:
            return
                "a command was not found; `shell: login` reads the profile first, which nvm, rbenv and their like need"
        case .status(127):
            return "a command was not found"
        case .status(137), .signal("KILL"):
            return "it was killed; the host may have run out of memory (`dmesg`)"
        case .timedOut:
            return "set `timeout` on the step if it needs longer"
        case .idleTimedOut:
            return "set `idle_timeout` on the step if it is silent for longer"
        case .endedEarly:
            return "the account's login shell may not let commands run (`nologin`, `ForceCommand`)"
        case .status, .signal:
            return nil
        }
    }

    /// `sudo -n` says `sudo: a password is required`, or that the user is not in its rules.
    private static func sudoHint(_ result: CommandResult, _ step: Step, _ user: String) -> String? {
        let refusals = [
            "a password is required", "a terminal is required", "not allowed to execute", "may not run sudo",
        ]
        let isRefused = result.standardError.split(separator: "\n").contains { line in
            (line.hasPrefix("sudo:") || line.hasPrefix("Sorry, user ")) && refusals.contains { line.contains($0) }
                || line.contains("is not in the sudoers file")
        }
        guard isRefused else { return nil }
        switch (step.action, step.sudo) {
        case (.restart(let unit, let action), _): return SudoHint.unit("\(action.rawValue) \(unit)", for: user)
        case (_, .user(let account)): return SudoHint.shell(as: account, for: user)
        case (_, .root), (_, .automatic), (_, .never): return SudoHint.shell(as: "root", for: user)
        }
    }
}

extension Step {
    fileprivate var isOfUnit: Bool {
        if case .restart = action { true } else { false }
    }
}
