import ArgumentParser

/// In which form the answer comes.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The form of the output; `auto` is `plain` for now.", valueName: "format"))
    var format: OutputFormat = .auto

    /// Obeyed by the console, for errors of the command line too.
    @Flag(
        name: .customLong("no-color"), help: "No colours, as with NO_COLOR; without a terminal there are none anyway.")
    var isWithoutColour = false

    func validate() throws {
        if !format.isAvailable {
            throw ValidationError("this version cannot write `--format \(format.rawValue)`; use `plain` or `json`")
        }
    }

    /// stdout holds JSON and nothing else.
    var isJSON: Bool { format == .json }
}

/// The forms of output. `live` and `github` are names with a fixed meaning, refused until they are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case auto, plain, json, live, github

    static var allValueStrings: [String] { allCases.filter(\.isAvailable).map(\.rawValue) }

    var isAvailable: Bool {
        switch self {
        case .auto, .plain, .json: true
        case .live, .github: false
        }
    }
}
