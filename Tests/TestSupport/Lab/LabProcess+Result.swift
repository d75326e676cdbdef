extension LabProcess {
    /// Waits for the end of the process, and returns all that it said.
    ///
    /// - Throws: as ``wait(within:)``.
    package func result(within limit: Duration = .seconds(60)) async throws -> LabCommandResult {
        let end = try await wait(within: limit)
        return LabCommandResult(termination: end, output: log.bytes, errorOutput: errorLog.bytes)
    }
}
