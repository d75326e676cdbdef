import ArgumentParser

/// How long one host's command may take.
struct CommandLimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The longest a host may take.", valueName: "seconds"))
    var timeout = 600

    func validate() throws {
        if !(1...1_000_000).contains(timeout) {
            throw ValidationError("`--timeout` must be from 1 to 1000000 seconds")
        }
    }
}
