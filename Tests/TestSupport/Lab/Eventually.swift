/// Waits until `condition` answers a value, and returns it.
///
/// - Parameters:
///   - what: what is awaited, as it shall read after "waited for".
///   - log: a file whose end is shown when the deadline passes.
/// - Throws: ``LabError`` when `limit` has passed; whatever `condition` throws, at once.
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(10), every interval: Duration = .milliseconds(10),
    log: LabLog? = nil, isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: limit)
    while true {
        if let value = try await condition() { return value }
        guard clock.now < deadline else {
            throw LabError("waited \(limit) for \(what)", logTail: log?.tail() ?? "")
        }
        try await clock.sleep(for: interval)
    }
}

/// Waits until `condition` holds.
///
/// - Throws: as the form that returns a value.
package func eventually(
    _ what: String, within limit: Duration = .seconds(10), every interval: Duration = .milliseconds(10),
    log: LabLog? = nil, isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let _: Void = try await eventually(what, within: limit, every: interval, log: log) {
        try await condition() ? () : nil
    }
}
