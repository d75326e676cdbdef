#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The note of a person that a host is out of rotation on purpose. It lies on the host: rollouts update the host and do
/// not enable it.
package struct MaintenanceMark: Sendable, Hashable, Codable {
    package var reason: String?
    /// Who set it: `ada@laptop`.
    package var by: String
    package var since: Date
    /// When the maintenance should be over; `nil` for no end.
    package var until: Date?

    package init(reason: String?, by: String, since: Date, until: Date? = nil) {
        self.reason = reason
        self.by = by
        self.since = since
        self.until = until
    }

    package func isOver(at date: Date) -> Bool { until.map { $0 <= date } ?? false }
}
