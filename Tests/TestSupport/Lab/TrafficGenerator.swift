import Foundation

/// Requests that go on while something is deployed, strictly counted: whatever is not a 200 with a version is a failure.
package struct TrafficGenerator: Sendable {
    package struct Report: Sendable, Decodable, Equatable {
        package var requests: Int
        package var failed: Int
        /// How many answers came from which version.
        package var versions: [String: Int]
        /// How many requests failed for which reason.
        package var failures: [String: Int]
        package var slowRequests: Int
        /// Idle connections that were found closed and opened anew.
        package var reopened: Int
        package var seconds: Double
    }

    package let process: LabProcess
    private let reportPath: String

    /// Starts the traffic, and answers once the first requests were answered.
    ///
    /// - Parameters:
    ///   - rate: requests a second, all workers together; each slow worker adds a 2-second request after the other.
    ///   - minimum: the requests that are made at least, even when ``stop()`` is called before.
    ///   - reopens: whether a request on a kept-alive connection that was closed meanwhile is sent once more.
    package static func start(
        in lab: Lab, url: String, rate: Int = 300, workers: Int = 8, slowWorkers: Int = 2, minimum: Int = 0,
        reopens: Bool = false
    ) async throws -> TrafficGenerator {
        let report = lab.path(lab.uniqueName("traffic") + ".json")
        let process = try lab.start(
            "traffic",
            [
                "python3", "\(Repository.quickstart)/lab/traffic.py", "--url", url, "--report", report, "--rate",
                "\(rate)",
                "--workers", "\(workers)", "--slow-workers", "\(slowWorkers)", "--minimum", "\(minimum)",
            ] + (reopens ? ["--reopen"] : []))
        let traffic = TrafficGenerator(process: process, reportPath: report)
        try await eventually("the first answers to the traffic", log: process.log) {
            (try traffic.report()?.requests ?? 0) > 0
        }
        return traffic
    }

    /// The counts a moment ago; nil before the first report.
    package func report() throws -> Report? {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: reportPath)) else { return nil }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Report.self, from: bytes)
    }

    /// Ends the traffic once the requests in progress are answered, and returns the final counts.
    ///
    /// - Throws: ``LabError`` when that takes longer than a minute.
    package func stop() async throws -> Report {
        process.signal(SIGTERM)
        guard try await process.wait(within: .seconds(60)) == .exited(0), let report = try report() else {
            throw LabError("the traffic generator failed", logTail: process.log.tail())
        }
        return report
    }
}
