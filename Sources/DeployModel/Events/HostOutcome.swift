/// A host's final result in one run.
package struct HostOutcome: Sendable, Hashable, Codable {
    package enum Result: String, Sendable, Hashable, Codable {
        /// It runs the release and is in service.
        case succeeded
        /// Something on it failed; `reason` says what.
        case failed
        /// It was left alone on purpose, or the run stopped before its turn.
        case skipped
        /// An interrupt or a lost lease ended its turn.
        case aborted
    }

    package enum Rotation: String, Sendable, Hashable, Codable {
        case inRotation = "in"
        case outOfRotation = "out"
        /// The balancer could not be asked.
        case unknown
        /// There is no balancer.
        case none
    }

    package var host: HostName
    package var result: Result
    /// What was live before the run; `nil` for a first release.
    package var before: ReleaseID?
    /// What is live now, as far as we know.
    package var after: ReleaseID?
    package var rotation: Rotation
    /// The host was last seen healthy after its last change; `true` too where it was not touched.
    package var isServing: Bool
    /// The run changed what is live on this host or moved its traffic.
    package var wasTouched: Bool
    package var duration: Duration
    package var reason: DeployError?

    package init(
        host: HostName, result: Result, before: ReleaseID?, after: ReleaseID?, rotation: Rotation, isServing: Bool,
        wasTouched: Bool, duration: Duration, reason: DeployError?
    ) {
        self.host = host
        self.result = result
        self.before = before
        self.after = after
        self.rotation = rotation
        self.isServing = isServing
        self.wasTouched = wasTouched
        self.duration = duration
        self.reason = reason
    }
}
