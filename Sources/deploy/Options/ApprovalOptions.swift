import ArgumentParser

/// Whether to ask before anything is changed.
struct ApprovalOptions: ParsableArguments {
    @Flag(
        name: .customLong("yes"),
        help: "Do not ask. Without a terminal nothing is asked anyway, but a `protected` inventory needs this.")
    var isApproved = false

    /// - Parameter ask: asks a person.
    /// - Throws: ``CommandFailure`` with exit code 5 when nobody said yes.
    func approve(isProtected: Bool, isInteractive: Bool, ask: () -> Bool) throws {
        if isApproved { return }
        if isInteractive {
            guard ask() else { throw CommandFailure(.notApproved, "not approved; nothing was changed") }
        } else if isProtected {
            throw CommandFailure(
                .notApproved, "the inventory is `protected`, and there is no terminal to ask on",
                hint: "add --yes where this run is meant")
        }
    }
}
