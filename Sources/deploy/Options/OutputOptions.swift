import ArgumentParser
import Reporting

/// What is said, and how.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("auto, plain or json.", valueName: "format"))
    var format: OutputFormat = .auto

    @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Also show every stage and what the steps print.")
    var isVerbose = false

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Show only warnings, failures and the end.")
    var isQuiet = false

    /// Obeyed by the console, for errors of the command line too.
    @Flag(
        name: .customLong("no-color"), help: "No colours, as with NO_COLOR; without a terminal there are none anyway.")
    var isWithoutColour = false

    func validate() throws {
        if isVerbose, isQuiet { throw ValidationError("`--verbose` and `--quiet` exclude each other") }
        if !format.isAvailable {
            throw ValidationError("this version cannot write `--format \(format.rawValue)`; use `plain` or `json`")
        }
    }

    var verbosity: Verbosity { isVerbose ? .verbose : isQuiet ? .quiet : .normal }

    /// stdout holds JSON and nothing else.
    var isJSON: Bool { format == .json }
}

/// The forms of output. `live` and `github` are names with a fixed meaning, refused until they are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case auto, plain, json, live, github

    var isAvailable: Bool {
        switch self {
        case .auto, .plain, .json: true
        case .live, .github: false
        }
    }
}
