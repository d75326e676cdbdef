#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The lease for people.
package enum LeaseText {
    /// `run 20260301T120000Z-7f3a of ada@laptop has held the lease since 12:00 (rolling)`
    package static func sentence(_ reading: LeaseReading) -> String {
        guard let holder = reading.holder else { return "a run that cannot be read holds the lease" }
        let link = holder.link.map { ", \($0)" } ?? ""
        return "run \(holder.run) of \(holder.who) holds the lease since \(holder.since.formatted(.iso8601)) "
            + "(\(holder.phase)\(link)); it expires in \(ReadableDuration.text(max(.zero, reading.remaining))) "
            + "unless it is renewed"
    }
}
