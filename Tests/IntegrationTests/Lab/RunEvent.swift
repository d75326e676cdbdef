import Foundation
import TestSupport
import Testing

/// One line of `--format json`, read as another program would: the fields that scenarios ask for.
struct RunEvent: Decodable {
    struct Failure: Decodable {
        var code: String
        var host: String?
        var message: String
        var evidence: [String]?
        var hint: String?
    }

    struct Outcome: Decodable {
        var host: String
        var result: String
        var before: String?
        var after: String?
        var rotation: String
        var reason: Failure?
    }

    var event: String
    var host: String?
    var stage: String?
    var phase: String?
    var step: String?
    var text: String?
    var message: String?
    var detail: String?
    var percent: Int?
    var inFlight: Int?
    var wasPresent: Bool?
    var transferredFiles: Int?
    var transferredBytes: Int64?
    var error: Failure?
    var reason: StopOrFailure?
    var state: String?
    var hosts: [BatchHostOrOutcome]?

    var outcomes: [Outcome] { hosts?.compactMap(\.outcome) ?? [] }

    /// `reason` is a word in `run.stopping` and a failure in `run.finished`.
    enum StopOrFailure: Decodable {
        case stop(String)
        case failure(Failure)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let word = try? container.decode(String.self) {
                self = .stop(word)
            } else {
                self = .failure(try container.decode(Failure.self))
            }
        }
    }

    /// `hosts` holds names in `batch.started` and outcomes in `run.finished`.
    struct BatchHostOrOutcome: Decodable {
        var outcome: Outcome?

        init(from decoder: any Decoder) throws {
            outcome = try? decoder.singleValueContainer().decode(Outcome.self)
        }
    }

    /// The events of an output; a line that is none, or an unfinished last one, is left out.
    static func all(in output: Data) -> [RunEvent] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return output.split(separator: UInt8(ascii: "\n")).compactMap { line in
            try? decoder.decode(RunEvent.self, from: Data(line))
        }
    }
}

extension LabCommandResult {
    var events: [RunEvent] { RunEvent.all(in: output) }

    var finished: RunEvent? { events.last { $0.event == "run.finished" } }

    /// Both outputs, for the message of a failed expectation.
    var shown: Comment { "\(termination)\n\(text.suffix(6000))\n\(errorText.suffix(6000))" }
}

extension LabProcess {
    /// Waits for an event in the output of a running `deploy --format json`.
    @discardableResult
    func waitForEvent(
        _ what: String, within limit: Duration = .seconds(30), _ condition: (RunEvent) -> Bool
    ) async throws -> RunEvent {
        try await eventually("the event that \(what)", within: limit, log: log) {
            if let event = RunEvent.all(in: log.bytes).first(where: condition) { return event }
            if let end = poll() { throw LabError("deploy ended before \(what): \(end)", logTail: errorLog.tail()) }
            return nil
        }
    }
}
