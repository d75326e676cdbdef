import ArgumentParser

/// Where else the events of a run go.
struct RecordOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write every event as a line of JSON to this file too.", valueName: "file"))
    var events: String?
}
