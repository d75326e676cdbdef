#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Who holds the lease of a service, as it is written on the hosts.
package struct LeaseHolder: Sendable, Hashable, Codable {
    package var run: String
    /// The account and the machine: `ada@laptop`.
    package var who: String
    /// The page of the CI job, where there is one.
    package var link: String?
    package var since: Date
    /// What the run is doing, as of the last renewal: `acquiring`, `rolling`.
    package var phase: String

    package init(run: String, who: String, link: String? = nil, since: Date, phase: String) {
        self.run = run
        self.who = who
        self.link = link
        self.since = since
        self.phase = phase
    }

    /// A run that is still collecting its hosts has changed nothing, and may yet give way.
    package var isAcquiring: Bool { phase == Self.acquiring }

    package static let acquiring = "acquiring"
}

/// What one host says of the lease.
package struct LeaseReading: Sendable, Hashable {
    /// `nil` where what is written cannot be read.
    package var holder: LeaseHolder?
    /// Until it expires by the host's own clock; not above zero when it has.
    package var remaining: Duration

    package init(holder: LeaseHolder?, remaining: Duration) {
        self.holder = holder
        self.remaining = remaining
    }

    package var isAlive: Bool { remaining > .zero }
}
