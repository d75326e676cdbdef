/// A failure of one thing on one host (or on no host in particular), with what is needed to understand and mend it.
///
/// A remote command that ends with a non-zero status is a ``CommandResult``, not an error, until a step makes it one.
package struct DeployError: Error, Sendable, Hashable, Codable {
    package enum Code: String, Sendable, Hashable, Codable {
        // Reaching a host
        case unreachable
        case hostKeyUnknown = "host_key_unknown"
        case hostKeyChanged = "host_key_changed"
        case authenticationFailed = "authentication_failed"
        case connectionLost = "connection_lost"
        // Work on a host
        case preflightFailed = "preflight_failed"
        case diskFull = "disk_full"
        case rsyncMissing = "rsync_missing"
        case uploadFailed = "upload_failed"
        case verificationFailed = "verification_failed"
        case linkIsDirectory = "link_is_directory"
        case switchFailed = "switch_failed"
        case stepFailed = "step_failed"
        case stepTimedOut = "step_timed_out"
        case commandFailed = "command_failed"
        case unhealthy
        case localCommandFailed = "local_command_failed"
        /// The host has acted for itself, and is not what the run believes it to be.
        case deadManFired = "dead_man_fired"
        // The balancer
        case notRegistered = "not_registered"
        case ambiguousTarget = "ambiguous_target"
        case notInService = "not_in_service"
        case belowMinimum = "below_minimum"
        case drainLost = "drain_lost"
        case drainTimedOut = "drain_timed_out"
        case enableTimedOut = "enable_timed_out"
        case balancerDenied = "balancer_denied"
        case balancerUnreachable = "balancer_unreachable"
        case balancerFailed = "balancer_failed"
        // The run
        case invalidConfiguration = "invalid_configuration"
        case invalidRelease = "invalid_release"
        case timedOut = "timed_out"
        case interrupted
        case leaseLost = "lease_lost"
        case leaseHeld = "lease_held"
        case olderRelease = "older_release"
        /// What would be undone cannot be.
        case irreversible
        /// The files here are not those of the release that is meant.
        case otherContent = "other_content"
        case hookFailed = "hook_failed"
        case unfinishedRun = "unfinished_run"
        case notApprovable = "not_approvable"
        case `internal`
    }

    package var code: Code
    package var host: HostName?
    /// One sentence: what failed and why, the culprit in backticks. It does not repeat the host's name.
    package var message: String
    /// The last lines of what the host, the program or the balancer said; bounded.
    package var evidence: [String]
    /// What to do next, where we know it.
    package var hint: String?

    package init(
        _ code: Code, host: HostName? = nil, _ message: String, evidence: [String] = [], hint: String? = nil
    ) {
        self.code = code
        self.host = host
        self.message = message
        self.evidence = evidence
        self.hint = hint
    }
}

extension DeployError: CustomStringConvertible {
    package var description: String {
        (host.map { "\($0): " } ?? "") + message
    }
}
