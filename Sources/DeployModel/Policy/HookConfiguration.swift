/// Programs of the user's on this machine that are run at named moments of a run.
package struct HookConfiguration: Sendable, Hashable {
    /// The absolute directory; a file in it that is named as a ``HookMoment`` is that moment's program.
    package var directory: String
    /// Of one program.
    package var timeout: Duration

    package init(directory: String, timeout: Duration = .seconds(600)) {
        self.directory = directory
        self.timeout = timeout
    }
}

/// When a hook is run.
package enum HookMoment: String, Sendable, Hashable, Codable, CaseIterable {
    /// Everything has been looked at, and nothing is changed yet. Its failure ends the run there.
    case beforeRollout = "before_rollout"
    /// Its failure stops the rollout: the batch does not begin.
    case beforeBatch = "before_batch"
    /// Its failure stops the rollout: no batch follows.
    case afterBatch = "after_batch"
    /// The run has succeeded. Its failure makes it one that failed, with every host as it is.
    case afterRollout = "after_rollout"
    /// The run has failed, or was interrupted.
    case failed
}
