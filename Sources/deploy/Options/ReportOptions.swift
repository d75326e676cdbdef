import ArgumentParser
import Reporting

/// How much a run says of itself, and where else.
struct ReportOptions: ParsableArguments {
    @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Also show every stage and what the steps print.")
    var isVerbose = false

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Show only warnings, failures and the end.")
    var isQuiet = false

    @Option(help: ArgumentHelp("Write every event as a line of JSON to this file too.", valueName: "file"))
    var events: String?

    func validate() throws {
        if isVerbose, isQuiet { throw ValidationError("`--verbose` and `--quiet` exclude each other") }
    }

    var verbosity: Verbosity { isVerbose ? .verbose : isQuiet ? .quiet : .normal }
}
