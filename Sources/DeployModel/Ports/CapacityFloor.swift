/// A number of machines that something beside the balancer keeps, such as an Auto Scaling group between its desired
/// capacity and its MinSize. Hosts whose targets have a floor of the same owner share what it can spare.
package struct CapacityFloor: Sendable, Hashable {
    /// Whose it is, for people: ``the Auto Scaling group `web-asg` ``.
    package var owner: String
    /// How many it keeps now.
    package var current: Int
    /// How few it allows, and what that number is called.
    package var minimum: Int
    package var minimumName: String
    /// What a person can type to lower the minimum, up to where the new number follows.
    package var loweringCommand: String

    package init(owner: String, current: Int, minimum: Int, minimumName: String, loweringCommand: String) {
        self.owner = owner
        self.current = current
        self.minimum = minimum
        self.minimumName = minimumName
        self.loweringCommand = loweringCommand
    }

    /// How many hosts may be out at once.
    package var spare: Int { max(0, current - max(0, minimum)) }

    /// What stands against taking so many hosts out together, or `nil`.
    package func objection(toTaking count: Int) -> DeployError? {
        guard count > spare else { return nil }
        let lowering = "\(loweringCommand) \(max(0, current - count))"
        guard spare > 0 else {
            return DeployError(
                .belowMinimum,
                "\(owner) is at its \(minimumName) of \(minimum): it would put another machine in the place of one that "
                    + "leaves", hint: "for the rollout: \(lowering)")
        }
        return DeployError(
            .belowMinimum,
            "\(count) hosts of \(owner) are to be out together, and its \(minimumName) of \(minimum) spares \(spare) of "
                + "\(current)",
            hint: "take fewer at once, `rollout: { batch_size: \(spare) }`; or for the rollout: \(lowering)")
    }
}
