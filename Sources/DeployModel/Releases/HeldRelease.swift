#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A release that a host holds, whole or in part.
package struct HeldRelease: Sendable, Hashable {
    package var id: ReleaseID
    package var state: ReleaseState
    /// `nil` for a release that another tool or a person made.
    package var contentDigest: String?
    /// When its upload began; long ago for one that was there before us.
    package var created: Date
    package var gitCommit: String?
    /// A step that was run for it and cannot be undone: releases before it may not work any more.
    package var irreversibleStep: String?

    package init(
        id: ReleaseID, state: ReleaseState, contentDigest: String?, created: Date, gitCommit: String? = nil,
        irreversibleStep: String? = nil
    ) {
        self.id = id
        self.state = state
        self.contentDigest = contentDigest
        self.created = created
        self.gitCommit = gitCommit
        self.irreversibleStep = irreversibleStep
    }

    /// It may be made live: it is whole, and it is what was sent.
    package var isComplete: Bool {
        switch state {
        case .uploading: false
        case .ready, .live, .good, .bad: true
        }
    }
}
