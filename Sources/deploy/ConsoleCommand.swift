import ArgumentParser

/// A command of `deploy`. What it needs of the process comes with the console, so that a test can perform it too.
protocol ConsoleCommand: ParsableCommand {
    func perform(_ console: Console) async throws -> ExitCode
}
