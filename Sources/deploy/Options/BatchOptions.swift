import ArgumentParser
import DeployModel

/// How many hosts at once, where nothing is uploaded.
struct BatchOptions: ParsableArguments {
    @Option(
        name: .customLong("batch-size"),
        help: ArgumentHelp(
            "Hosts out of rotation together: a number or a percent. Default: the inventory's.", valueName: "n"),
        transform: Self.size)
    var size: BatchSize?

    @Flag(
        name: .customLong("allow-downtime"),
        help: "Go on where a drain leaves fewer hosts in service than min_in_service; a single host needs it.")
    var allowsDowntime = false

    var sizes: [BatchSize] { size.map { [$0] } ?? [] }

    // MARK: Private

    private static func size(_ text: String) throws -> BatchSize {
        if text.hasSuffix("%"), let percent = Int(text.dropLast()), (1...100).contains(percent) {
            return .percent(percent)
        }
        if let count = Int(text), (1...10_000).contains(count) { return .count(count) }
        throw ValidationError("`--batch-size` must be a number from 1 or a percent such as `25%`, not `\(text)`")
    }
}
