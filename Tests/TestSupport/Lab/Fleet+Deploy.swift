import Foundation

extension Fleet {
    /// Runs the `deploy` that was built beside the tests, to its end.
    ///
    /// - Throws: ``LabError`` when it has not ended within `limit`.
    package func deploy(
        _ arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(120)
    ) async throws -> LabCommandResult {
        try await lab.command(
            [try Repository.product("deploy")] + arguments, environment: environment, within: limit)
    }

    /// Starts `deploy` and leaves it running: for interrupts and faults. Its stderr has a log of its own.
    package func startDeploy(_ arguments: [String], environment: [String: String] = [:]) throws -> LabProcess {
        try lab.start(
            "deploy", [try Repository.product("deploy")] + arguments, environment: environment, separateErrors: true)
    }
}
