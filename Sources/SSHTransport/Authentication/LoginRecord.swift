#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What the server took.
package struct LoginRecord: Sendable, Hashable {
    /// A path, or the comment of a key in the agent.
    package var source: String

    /// Until when a new login will work; nil: without an end.
    package var validBefore: Date?

    package init(source: String, validBefore: Date? = nil) {
        self.source = source
        self.validBefore = validBefore
    }
}
