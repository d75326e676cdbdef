/// A target, and what was recorded of it before it was drained.
package struct TargetRestoration: Sendable, Hashable, Codable {
    package var target: TargetID
    package var prior: TargetPrior

    package init(target: TargetID, prior: TargetPrior) {
        self.target = target
        self.prior = prior
    }
}
