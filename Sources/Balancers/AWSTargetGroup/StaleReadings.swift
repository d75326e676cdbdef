import DeployModel

/// AWS's readings are eventually consistent: one may show a state that has passed. A target whose state is another than
/// before is believed when a second reading, made at once, says the same.
enum StaleReadings {
    /// Whether a second reading is needed.
    static func hasChange(from known: [TargetID: TargetState], to reading: [TargetID: TargetState]) -> Bool {
        known.contains { id, state in (reading[id] ?? .absent) != state }
    }

    /// What two readings say together; a target that they disagree on is `.unknown`.
    static func agreed(
        _ first: [TargetID: TargetState], _ second: [TargetID: TargetState]
    ) -> [TargetID: TargetState] {
        var agreed = second
        for id in Set(first.keys).union(second.keys) {
            let (one, two) = (first[id] ?? .absent, second[id] ?? .absent)
            if one != two { agreed[id] = .unknown("two readings in a row disagree") }
        }
        return agreed
    }
}
